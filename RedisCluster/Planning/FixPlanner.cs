using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Decides what puts the slots of a cluster in order without losing a key. Pure: the same input gives the same plan.</summary>
public static class FixPlanner
{
    private const string Operation = "fix";

    /// <summary>The slots whose keys have to be counted on every master before <see cref="Plan"/> can decide about them.</summary>
    /// <param name="observation">What the nodes said.</param>
    /// <param name="request">How far to go.</param>
    /// <returns>The slots; empty when everything is in order.</returns>
    public static SlotSet SlotsToCount(ClusterObservation observation, FixRequest request)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(request);
        return FixScene.Of(observation) is not { } scene ? SlotSet.Empty
            : request.SearchMultipleOwners ? SlotSet.All
            : scene.Questionable;
    }

    /// <summary>The masters that have to be asked for their keys: those that answered and are not down to the others.</summary>
    /// <param name="observation">What the nodes said.</param>
    /// <returns>Their entries of the observation.</returns>
    public static IEnumerable<NodeObservation> MastersToCount(ClusterObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        return FixScene.Of(observation) is { } scene ? scene.Members.Where(v => scene.Find(v.View!.Myself.Id) is not null) : [];
    }

    /// <summary>Plans the fix.</summary>
    /// <param name="observation">What the nodes said; all nodes of the cluster should have been asked.</param>
    /// <param name="keys">The keys of each master in the slots of <see cref="SlotsToCount"/>.</param>
    /// <param name="request">How far to go.</param>
    /// <returns>Steps, nothing to do, or a refusal.</returns>
    public static ClusterPlan Plan(ClusterObservation observation, SlotKeys keys, FixRequest request)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(request);
        if (FixScene.Of(observation) is not { } scene)
        {
            var plain = observation.Reachable.FirstOrDefault();
            return ClusterPlan.Refuse(Operation, new Refusal(
                plain is null ? RefusalKind.Unreachable : RefusalKind.NotClusterMode,
                plain?.Endpoint,
                plain is null ? "No node of a cluster answers." : $"{plain.Endpoint.ToClientString()} does not run in cluster mode: start it with cluster-enabled yes."));
        }

        Refusal[] refusals = [.. FixRefusals.Check(scene, request, keys)];
        if (refusals.Length > 0)
        {
            return ClusterPlan.Refuse(Operation, refusals);
        }

        // What is in order and has no keys elsewhere needs no decision: that is nearly everything.
        var slots = scene.Masters.Aggregate(scene.Questionable, (all, master) => all.Union(keys.SlotsOf(master.Id).Except(master.Slots)));
        return new ClusterPlan
        {
            Operation = Operation,
            Phases = new FixPhases(scene, [.. new FixDecisions(scene, keys).Decide(slots)], request.Tuning).Write(),
            Warnings = [.. FixRefusals.Warnings(scene)],
        };
    }
}
