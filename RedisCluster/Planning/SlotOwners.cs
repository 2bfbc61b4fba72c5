using System.Collections.Immutable;
using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>A master and what it owns when all moves under way have come to their end.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Endpoint">How it was asked.</param>
/// <param name="Slots">Its slots.</param>
internal sealed record SlotOwner(NodeId Id, NodeEndpoint Endpoint, SlotSet Slots)
{
    public string Name => Endpoint.ToClientString();
}

/// <summary>
/// Who owns which slots, each master by its own word, and what interrupted runs left half way. Moving slots starts from here, and only where
/// the picture is whole: every slot has one owner, and that one answers.
/// </summary>
internal sealed class SlotOwners
{
    private readonly Dictionary<(NodeId Source, NodeId Target), List<int>> _unfinished = [];

    private SlotOwners(ObservedCluster cluster)
    {
        Masters =
        [
            .. cluster.Views
                .Where(said => said.View!.Myself.IsMaster)
                .Select(said => new SlotOwner(said.View!.Myself.Id, said.Endpoint, said.View.Myself.Slots))
                .OrderBy(owner => owner.Slots.IsEmpty ? HashSlot.Count : owner.Slots.First()).ThenBy(owner => owner.Id),
        ];
        var refusals = new List<Refusal>(Silent(cluster));
        refusals.AddRange(cluster.Views.SelectMany(said => Unfinished(said)));
        refusals.AddRange(Claims());
        Masters = [.. Masters.Select(AfterUnfinished)];
        if (refusals.Count == 0)
        {
            refusals.AddRange(Uncovered());
        }

        Refusals = [.. refusals];
    }

    /// <summary>All masters, with the slots they have when what is unfinished has been finished; ordered by what they have now.</summary>
    public ImmutableArray<SlotOwner> Masters { get; }

    /// <summary>Why no slot may be moved.</summary>
    public ImmutableArray<Refusal> Refusals { get; }

    public static SlotOwners Of(ObservedCluster cluster) => new(cluster);

    public SlotOwner? Find(NodeId id) => Masters.FirstOrDefault(owner => owner.Id == id);

    /// <summary>The steps that finish what was left half way.</summary>
    public IEnumerable<MoveSlots> Finish(MigrationTuning tuning) => _unfinished
        .OrderBy(pair => pair.Value.Min())
        .Select(pair => Move(Find(pair.Key.Source)!, Find(pair.Key.Target)!, SlotSet.Of(pair.Value), "an interrupted run left them half way", tuning));

    /// <summary>The whole plan of an operation that moves slots: what was left half way first.</summary>
    public ClusterPlan Plan(string operation, IEnumerable<MoveSlots> moves, MigrationTuning tuning)
    {
        PlanStep[] steps = [.. Finish(tuning), .. moves];
        return new ClusterPlan { Operation = operation, Phases = steps.Length == 0 ? [] : [new PlanPhase("move", [.. steps])] };
    }

    /// <summary>A step from one to the other.</summary>
    public static MoveSlots Move(SlotOwner source, SlotOwner target, SlotSet slots, string reason, MigrationTuning tuning) =>
        new(source.Endpoint, source.Id, target.Endpoint, target.Id, slots, reason) { Tuning = tuning };

    /// <summary>How many slots are on their way to a master already.</summary>
    public int UnderWayTo(NodeId target) => _unfinished.Where(pair => pair.Key.Target == target).Sum(pair => pair.Value.Count);

    private static IEnumerable<Refusal> Silent(ObservedCluster cluster)
    {
        foreach (var node in cluster.Nodes.Where(node => node.IsMaster && !node.Slots.IsEmpty && cluster.Find(node.Id) is null))
        {
            var endpoint = cluster.EndpointOf(node);
            yield return new Refusal(
                RefusalKind.Unreachable, endpoint, $"{endpoint.ToClientString()} owns {node.Slots.Count} slots and does not answer: bring it back, or let its replica take over, first.");
        }
    }

    private IEnumerable<Refusal> Unfinished(NodeObservation said)
    {
        var myself = said.View!.Myself;
        var open = myself.Migrating.Select(slot => (slot.Slot, Source: myself.Id, Target: slot.Peer))
            .Concat(myself.Importing.Select(slot => (slot.Slot, Source: slot.Peer, Target: myself.Id)));
        foreach (var (slot, source, target) in open)
        {
            var owners = Masters.Where(owner => owner.Slots.Contains(slot)).Select(owner => owner.Id).ToList();
            var others = _unfinished.Where(pair => pair.Value.Contains(slot)).Select(pair => pair.Key).ToList();
            if (Find(source) is null || Find(target) is null
                || owners.Count == 0 || owners.Any(id => id != source && id != target)
                || others.Any(pair => pair != (source, target))
                || (myself.Id == target && owners.Contains(target)))
            {
                yield return NotWell(said.Endpoint, slot, $"is half open at {said.Endpoint.ToClientString()} in a way that no single move closes");
                yield break;
            }

            if (others.Count == 0)
            {
                _unfinished.TryAdd((source, target), []);
                _unfinished[(source, target)].Add(slot);
            }
        }
    }

    private IEnumerable<Refusal> Claims()
    {
        var taken = SlotSet.Empty;
        foreach (var owner in Masters)
        {
            var twice = taken.Intersect(owner.Slots).Except(SlotSet.Of(_unfinished.Values.SelectMany(slots => slots)));
            if (!twice.IsEmpty)
            {
                yield return NotWell(owner.Endpoint, twice.First(), "is claimed by more than one master");
                yield break;
            }

            taken = taken.Union(owner.Slots);
        }
    }

    private IEnumerable<Refusal> Uncovered()
    {
        var covered = Masters.Aggregate(SlotSet.Empty, (all, owner) => all.Union(owner.Slots));
        if (covered.Count < HashSlot.Count)
        {
            yield return NotWell(null, covered.Complement().First(), "has no owner");
        }
    }

    private SlotOwner AfterUnfinished(SlotOwner owner)
    {
        var slots = owner.Slots;
        foreach (var ((source, target), moved) in _unfinished)
        {
            slots = owner.Id == source ? slots.Except(SlotSet.Of(moved)) : owner.Id == target ? slots.Union(SlotSet.Of(moved)) : slots;
        }

        return owner with { Slots = slots };
    }

    private static Refusal NotWell(NodeEndpoint? node, int slot, string what) => new(
        RefusalKind.NotWell, node, string.Create(CultureInfo.InvariantCulture, $"slot {slot} {what}: netbox cluster check lists what is wrong, netbox cluster fix mends it."));
}
