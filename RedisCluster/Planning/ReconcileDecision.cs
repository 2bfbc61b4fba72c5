namespace RedisCluster.Planning;

/// <summary>What a look at the cluster led to, the gravest first.</summary>
public enum ReconcileKind
{
    /// <summary>Everything is as it shall be.</summary>
    Steady,

    /// <summary>Something is wrong that servers, nodes or people have to mend; see the diagnosis.</summary>
    Waiting,

    /// <summary>Something is not understood, or could lose data, and is left alone.</summary>
    LeftAlone,

    /// <summary>The nodes are fresh, or an earlier run was killed while it formed them.</summary>
    Form,

    /// <summary>Nodes have the lowered timeout of a run that was killed.</summary>
    RestoreTimeouts,

    /// <summary>Nodes do not reach each other, most likely because addresses have changed.</summary>
    MeetAgain,

    /// <summary>Replicas follow an address that their master has left.</summary>
    Relink,

    /// <summary>The nodes reach each other again and are still in state fail.</summary>
    Settle,

    /// <summary>A master lost its disk, and its peers will not notice that it is gone.</summary>
    Promote,

    /// <summary>A node came back without its disk, under a new id.</summary>
    Replace,

    /// <summary>Slots were left half way.</summary>
    Fix,

    /// <summary>Nodes that are gone for good are still remembered.</summary>
    Forget,

    /// <summary>Fresh nodes are to become members.</summary>
    Join,

    /// <summary>A shard lacks a replica that another one can spare.</summary>
    Attach,

    /// <summary>Masters lack slots.</summary>
    Grow,

    /// <summary>There are more masters than there shall be.</summary>
    Shrink,

    /// <summary>Members without slots are not wanted any more.</summary>
    Remove,

    /// <summary>A master is not where placement wants it.</summary>
    Handover,
}

/// <summary>What to do about a cluster now, and why, or why nothing.</summary>
/// <param name="Kind">The sort of situation.</param>
/// <param name="Diagnosis">One line for people.</param>
/// <param name="Plan">What to do; null when nothing is to be done, and for a fix.</param>
public sealed record ReconcileDecision(ReconcileKind Kind, string Diagnosis, ClusterPlan? Plan = null)
{
    /// <summary>What is done, as it is called on the command line where it can be done there, too; <c>none</c> when nothing is.</summary>
    public string Operation => Plan?.Operation ?? (Kind == ReconcileKind.Fix ? "fix" : "none");

    /// <summary>Whether something is to be done. A fix is planned when it begins: what it needs to know takes a count of keys.</summary>
    public bool IsActionable => Plan is not null || Kind == ReconcileKind.Fix;

    /// <summary>The cluster as it is, of the nodes that belong together; without shards when there is none yet.</summary>
    public ClusterSummary? Summary { get; init; }

    /// <summary>The roles the plan leads to, where it forms a cluster.</summary>
    internal ClusterLayout? Layout { get; init; }

    /// <summary>
    /// Whether two may do it at once. Where there is no working cluster there is nowhere to agree on who acts, and every step of these
    /// plans has the same outcome however many do it.
    /// </summary>
    public bool IsSafeForSeveral => Kind is ReconcileKind.Form or ReconcileKind.RestoreTimeouts or ReconcileKind.MeetAgain
        or ReconcileKind.Relink or ReconcileKind.Settle or ReconcileKind.Promote;
}
