using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>
/// Decides what a cluster needs next to become, or to stay, what it shall be: one plan at a time, the gravest matter first. Pure: the same
/// input gives the same decision.
/// </summary>
/// <remarks>
/// Every plan leads to a state that the next look understands, so it does not matter when or where one is interrupted. What servers mend by
/// themselves is left to them: a master that is gone is their failover, and nothing but addresses is touched while one is under way.
/// </remarks>
public static class ReconcilePlanner
{
    private static readonly Func<ReconcileSituation, ReconcileDecision?>[] Rules =
    [
        ReconcileAddresses.Decide,
        ReconcileLinks.Decide,
        ReconcileStrangers.Decide,
        ReconcileAbsence.Decide,
        ReconcileState.Decide,
        ReconcileDisks.Decide,
        ReconcileOpenSlots.Decide,
        ReconcileSize.TooSmall,
        ReconcileLeavers.DecideGone,
        ReconcileSize.Grow,
        ReconcileReplicas.Attach,
        ReconcileReplicas.Adopt,
        ReconcileLeavers.DecidePresent,
        ReconcileSize.Shrink,
        ReconcileSize.Level,
        ReconcilePlacement.Decide,
        ReconcileLacks.Decide,
    ];

    /// <summary>Looks at a cluster with what earlier looks have left behind.</summary>
    /// <param name="observation">What the nodes at the places said, and the nodes they know.</param>
    /// <param name="desired">What there shall be.</param>
    /// <param name="memory">What the decision before this one returned; <see cref="ReconcileMemory.Empty"/> at first.</param>
    /// <returns>What to do or why nothing, and what to remember for the next look. Never throws for what nodes say.</returns>
    public static (ReconcileDecision Decision, ReconcileMemory Memory) Plan(ClusterObservation observation, DesiredCluster desired, ReconcileMemory memory)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(desired);
        ArgumentNullException.ThrowIfNull(memory);
        var situation = ReconcileSituation.Of(observation, desired, memory);
        var decision = ReconcileForming.Decide(situation, observation);
        foreach (var rule in Rules)
        {
            decision ??= rule(situation);
        }

        decision ??= new(ReconcileKind.Steady, Steady(situation));
        return (decision with { Summary = situation.Cluster.Summarize() }, situation.Remember());
    }

    private static string Steady(ReconcileSituation situation)
    {
        var masters = situation.Cluster.Nodes.Count(node => node.IsMaster);
        var others = situation.Members.Where(member => situation.PlaceOf(member.Id!.Value) is null).Select(member => member.Name).ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{masters} masters and {situation.Cluster.Nodes.Length - masters} replicas, as it shall be")
            + (others.Count == 0 ? "" : $"; not listed, and left alone: {Names.List(others)}");
    }
}
