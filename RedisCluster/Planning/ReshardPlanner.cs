using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Plans the moves that take slots from some masters to another. Pure.</summary>
public static class ReshardPlanner
{
    /// <summary>The name of the operation.</summary>
    public const string Operation = "reshard";

    /// <summary>Plans a resharding. What an interrupted run left half way is finished by the same plan; to the same master it counts.</summary>
    /// <param name="observation">All nodes of the cluster.</param>
    /// <param name="request">How many slots, from whom, to whom.</param>
    /// <returns>A plan.</returns>
    public static ClusterPlan Plan(ClusterObservation observation, ReshardRequest request)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(request);
        var cluster = ObservedCluster.Of(observation);
        var owners = SlotOwners.Of(cluster);
        var refusals = new List<Refusal>(TuningRules.Check(request.Tuning));
        if (request.Slots is < 1 or > HashSlot.Count)
        {
            refusals.Add(Bad(string.Create(CultureInfo.InvariantCulture, $"{request.Slots} slots: give a number between 1 and {HashSlot.Count}.")));
        }

        var target = Master(cluster, owners, request.To, refusals);
        var sources = Sources(cluster, owners, request, target, refusals);
        var unfinished = target is null ? 0 : owners.UnderWayTo(target.Id);
        var wanted = Math.Max(0, request.Slots - unfinished);
        var held = sources.Sum(source => source.Slots.Count);
        if (refusals.Count == 0 && owners.Refusals.IsEmpty && held < wanted)
        {
            refusals.Add(Bad(string.Create(CultureInfo.InvariantCulture, $"{wanted} slots are wanted, but those to take them from have {held}.")));
        }

        refusals.AddRange(owners.Refusals);
        return refusals.Count > 0
            ? ClusterPlan.Refuse(Operation, [.. refusals])
            : owners.Plan(Operation, Moves(sources, target!, wanted, request.Tuning), request.Tuning);
    }

    private static List<SlotOwner> Sources(
        ObservedCluster cluster, SlotOwners owners, ReshardRequest request, SlotOwner? target, List<Refusal> refusals)
    {
        if (request.From.IsDefaultOrEmpty)
        {
            refusals.Add(Bad($"it is not said whom to take slots from: name masters, or {ReshardRequest.AllMasters}."));
            return [];
        }

        if (request.From is [ReshardRequest.AllMasters])
        {
            return [.. owners.Masters.Where(owner => owner.Id != target?.Id)];
        }

        List<SlotOwner> sources = [.. request.From.Select(text => Master(cluster, owners, text, refusals)).OfType<SlotOwner>().DistinctBy(owner => owner.Id)];
        if (target is not null && sources.Any(source => source.Id == target.Id))
        {
            refusals.Add(Bad($"{target.Name} cannot give slots to itself."));
        }

        return sources;
    }

    private static SlotOwner? Master(ObservedCluster cluster, SlotOwners owners, string text, List<Refusal> refusals)
    {
        var (node, refusal) = NodeReference.Find(cluster, text);
        var owner = node is null ? null : owners.Find(node.Id);
        refusal ??= owner is not null ? null
            : node!.IsMaster ? new(RefusalKind.Unreachable, cluster.EndpointOf(node), $"{cluster.NameOf(node)} does not answer: bring it back first.")
            : Bad($"{text} is a replica: only masters have slots, name its master.");
        if (refusal is not null)
        {
            refusals.Add(refusal);
        }

        return owner;
    }

    private static IEnumerable<MoveSlots> Moves(List<SlotOwner> sources, SlotOwner target, int count, MigrationTuning tuning)
    {
        var shares = SlotShares.InProportion([.. sources.Select(source => source.Slots.Count)], count);
        return sources.Zip(shares).Where(pair => pair.Second > 0).Select(pair => SlotOwners.Move(
            pair.First,
            target,
            SlotSet.Of(pair.First.Slots.Take(pair.Second)),
            string.Create(CultureInfo.InvariantCulture, $"its part of {count} slots, by the {pair.First.Slots.Count} it has"),
            tuning));
    }

    private static Refusal Bad(string message) => new(RefusalKind.BadRequest, null, message);
}
