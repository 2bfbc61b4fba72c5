using System.Collections.Immutable;
using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>CLUSTER FAILOVER, FORCE or TAKEOVER where asked for, and wait until the replica is the master.</summary>
/// <param name="Node">The replica.</param>
/// <param name="Master">The master it follows.</param>
/// <param name="MasterId">Its id.</param>
/// <param name="Mode">How.</param>
/// <param name="Reason">Why this replica.</param>
public sealed record TakeOver(NodeEndpoint Node, NodeEndpoint Master, NodeId MasterId, FailoverMode Mode, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override NodeEndpoint? Actor() => Node;

    /// <inheritdoc />
    public override string Describe() => $"{Node.ToClientString()}: take over from {Master.ToClientString()}{Mode switch
    {
        FailoverMode.Force => " without it, when a majority of the masters agrees",
        FailoverMode.Takeover => " without it and without asking anybody",
        _ => ", which holds writes back until everything is handed over",
    }}";
}

/// <summary>Wait until the nodes see one node in another's place, and the other one as a replica or without slots.</summary>
/// <param name="Nodes">The nodes that answer.</param>
/// <param name="NewMaster">The node that took over.</param>
/// <param name="OldMaster">The node it took over from.</param>
/// <param name="OldMasterAnswers">Whether that one has to be seen as a replica.</param>
/// <param name="Reason">Why.</param>
public sealed record AwaitRoles(ImmutableArray<NodeEndpoint> Nodes, NodeId NewMaster, NodeId OldMaster, bool OldMasterAnswers, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override string Describe() =>
        string.Create(CultureInfo.InvariantCulture, $"wait until all {Nodes.Length} nodes see {NewMaster.ToShortString()} in the place of {OldMaster.ToShortString()}");

    /// <inheritdoc />
    public bool Equals(AwaitRoles? other) =>
        other is not null
        && (NewMaster, OldMaster, OldMasterAnswers, Reason) == (other.NewMaster, other.OldMaster, other.OldMasterAnswers, other.Reason)
        && Nodes.SequenceEqual(other.Nodes);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(NewMaster, OldMaster, Reason, Nodes.Length);
}
