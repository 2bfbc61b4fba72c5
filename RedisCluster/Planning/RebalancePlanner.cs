using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Plans the moves that give every master its share of the slots, moving as few as that takes. Pure.</summary>
public static class RebalancePlanner
{
    /// <summary>The name of the operation.</summary>
    public const string Operation = "rebalance";

    /// <summary>Plans a rebalancing. What an interrupted run left half way is finished by the same plan.</summary>
    /// <param name="observation">All nodes of the cluster.</param>
    /// <param name="request">What to achieve.</param>
    /// <returns>A plan; empty when all have their share within the threshold.</returns>
    public static ClusterPlan Plan(ClusterObservation observation, RebalanceRequest request)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(request);
        var cluster = ObservedCluster.Of(observation);
        var owners = SlotOwners.Of(cluster);
        var (weights, refusals) = Weigh(cluster, owners, request);
        refusals = [.. refusals, .. TuningRules.Check(request.Tuning), .. owners.Refusals];
        if (refusals.Count > 0)
        {
            return ClusterPlan.Refuse(Operation, [.. refusals]);
        }

        var masters = owners.Masters.Where(owner => weights.ContainsKey(owner.Id)).ToList();
        int[] current = [.. masters.Select(owner => owner.Slots.Count)];
        var shares = SlotShares.ByWeight([.. masters.Select(owner => weights[owner.Id])], current);
        var moves = IsOff(current, shares, [.. masters.Select(owner => weights[owner.Id])], request.Threshold)
            ? Moves(masters, current, shares, request.Tuning)
            : [];
        return owners.Plan(Operation, moves, request.Tuning);
    }

    private static (Dictionary<NodeId, double> Weights, IReadOnlyList<Refusal> Refusals) Weigh(
        ObservedCluster cluster, SlotOwners owners, RebalanceRequest request)
    {
        var refusals = new List<Refusal>();
        if (double.IsNaN(request.Threshold) || request.Threshold is < 0 or > 100)
        {
            refusals.Add(Bad(string.Create(CultureInfo.InvariantCulture, $"the threshold is {request.Threshold} percent: it must be between 0 and 100.")));
        }

        var weights = owners.Masters.Where(owner => request.UseEmptyMasters || !owner.Slots.IsEmpty).ToDictionary(owner => owner.Id, _ => 1.0);
        var named = new HashSet<NodeId>();
        foreach (var (text, weight) in request.Weights)
        {
            var (node, refusal) = NodeReference.Find(cluster, text);
            refusal ??= owners.Find(node!.Id) is not { } owner ? Bad($"{text} is a replica: only masters have slots, name its master.")
                : !double.IsFinite(weight) || weight < 0 ? Bad(string.Create(CultureInfo.InvariantCulture, $"the weight of {text} is {weight}: it must be 0 or more."))
                : !named.Add(owner.Id) ? Bad($"{text} is named twice: give each node one weight.")
                : weight > 0 && !weights.ContainsKey(owner.Id) ? Bad($"{owner.Name} has no slots: --use-empty-masters lets masters without slots take part.")
                : null;
            if (refusal is not null)
            {
                refusals.Add(refusal);
            }
            else if (weights.ContainsKey(node!.Id))
            {
                weights[node.Id] = weight;
            }
        }

        if (refusals.Count == 0 && owners.Refusals.IsEmpty && weights.Values.Sum() <= 0)
        {
            refusals.Add(Bad("every master weighs 0: somebody has to own the slots."));
        }

        return (weights, refusals);
    }

    // One that is off sets all of them right, as redis-cli does it.
    private static bool IsOff(int[] current, int[] shares, double[] weights, double threshold)
    {
        for (var i = 0; i < current.Length; i++)
        {
            var off = current[i] == 0
                ? shares[i] > 1
                : Math.Abs(100 - (100.0 * shares[i] / current[i])) > threshold || weights[i] == 0;
            if (off)
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<MoveSlots> Moves(List<SlotOwner> masters, int[] current, int[] shares, MigrationTuning tuning)
    {
        var givers = new Queue<(int Index, int Count)>(Amounts(masters.Count, i => current[i] - shares[i]));
        var takers = new Queue<(int Index, int Count)>(Amounts(masters.Count, i => shares[i] - current[i]));
        var left = masters.ConvertAll(owner => owner.Slots);
        var (giver, taker) = (default((int Index, int Count)), default((int Index, int Count)));
        while ((giver.Count > 0 || givers.TryDequeue(out giver)) && (taker.Count > 0 || takers.TryDequeue(out taker)))
        {
            var count = Math.Min(giver.Count, taker.Count);
            var slots = SlotSet.Of(left[giver.Index].Take(count));
            left[giver.Index] = left[giver.Index].Except(slots);
            var (source, target) = (masters[giver.Index], masters[taker.Index]);
            yield return SlotOwners.Move(source, target, slots, Reason(source, shares[giver.Index], target, shares[taker.Index]), tuning);
            giver.Count -= count;
            taker.Count -= count;
        }
    }

    // The largest first, so that the fewest pairs of nodes have to do with each other.
    private static IEnumerable<(int Index, int Count)> Amounts(int masters, Func<int, int> amount) =>
        Enumerable.Range(0, masters).Select(i => (Index: i, Count: amount(i))).Where(pair => pair.Count > 0).OrderByDescending(pair => pair.Count).ThenBy(pair => pair.Index);

    private static string Reason(SlotOwner source, int sourceShare, SlotOwner target, int targetShare) => string.Create(
        CultureInfo.InvariantCulture,
        $"{source.Name} has {source.Slots.Count} and shall have {sourceShare}, {target.Name} has {target.Slots.Count} and shall have {targetShare}");

    private static Refusal Bad(string message) => new(RefusalKind.BadRequest, null, message);
}
