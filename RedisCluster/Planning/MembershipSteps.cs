using System.Collections.Immutable;
using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>FUNCTION DUMP of one node, FUNCTION RESTORE on another: masters have to have the same functions, and nobody else gives them to a new one.</summary>
/// <param name="Node">The node that gets them.</param>
/// <param name="Source">The master they come from.</param>
/// <param name="Libraries">How many libraries these are; null where nobody has counted them.</param>
/// <param name="Reason">Why.</param>
public sealed record CopyFunctions(NodeEndpoint Node, NodeEndpoint Source, int? Libraries, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override NodeEndpoint? Actor() => Node;

    /// <inheritdoc />
    public override string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Node.ToClientString()}: copy {(Libraries is { } count ? $"{count} " : "")}function librar{(Libraries == 1 ? "y" : "ies")} from {Source.ToClientString()}");
}

/// <summary>Ask the node once more who it is, and that it is still empty: between plan and deed an address may have found another owner, and MEET would merge two clusters.</summary>
/// <param name="Node">The node.</param>
/// <param name="Id">The id it had.</param>
/// <param name="Members">The ids it may know.</param>
/// <param name="Reason">Why.</param>
public sealed record ConfirmFresh(NodeEndpoint Node, NodeId Id, ImmutableArray<NodeId> Members, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override NodeEndpoint? Actor() => Node;

    /// <inheritdoc />
    public override string Describe() => $"{Node.ToClientString()}: has to be {Id.ToShortString()} still, and empty";

    /// <inheritdoc />
    public bool Equals(ConfirmFresh? other) =>
        other is not null && Node == other.Node && Id == other.Id && Reason == other.Reason && Members.SequenceEqual(other.Members);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Node, Id, Reason);
}

/// <summary>Wait until the nodes know each other, have links to each other and agree on slots and roles. What they say of the cluster's state is not asked for.</summary>
/// <param name="Nodes">The nodes that answer.</param>
/// <param name="Reason">Why.</param>
public sealed record AwaitMembership(ImmutableArray<NodeEndpoint> Nodes, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override string Describe() => string.Create(CultureInfo.InvariantCulture, $"wait until all {Nodes.Length} nodes know each other and agree");

    /// <inheritdoc />
    public bool Equals(AwaitMembership? other) => other is not null && Reason == other.Reason && Nodes.SequenceEqual(other.Nodes);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Reason, Nodes.Length);
}

/// <summary>CLUSTER FORGET, as soon as the node knows that the other one has neither slots nor replicas.</summary>
/// <param name="Node">The node that forgets.</param>
/// <param name="Id">The node it forgets.</param>
/// <param name="Reason">Why.</param>
public sealed record Forget(NodeEndpoint Node, NodeId Id, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override NodeEndpoint? Actor() => Node;

    /// <inheritdoc />
    public override string Describe() => $"{Node.ToClientString()}: forget {Id.ToShortString()}";
}

/// <summary>
/// Wait until no node has listed the one that was forgotten for a while; whoever learned of it anew forgets it again. The ban of a FORGET is
/// on gossip alone: a MEET that was on its way brings the node back, under a placeholder at first.
/// </summary>
/// <param name="Nodes">The nodes that remain and answer.</param>
/// <param name="Id">The node that was forgotten.</param>
/// <param name="Reason">Why.</param>
public sealed record AwaitForgotten(ImmutableArray<NodeEndpoint> Nodes, NodeId Id, string Reason) : PlanStep(Reason)
{
    /// <summary>Where nobody is to be met, because it could only be the forgotten one; null where another node may be there by now.</summary>
    public NodeAddress? Address { get; init; }

    /// <inheritdoc />
    public override string Describe() => string.Create(CultureInfo.InvariantCulture, $"see that none of {Nodes.Length} nodes lists {Id.ToShortString()}");

    /// <inheritdoc />
    public bool Equals(AwaitForgotten? other) => other is not null && Id == other.Id && Address == other.Address && Reason == other.Reason && Nodes.SequenceEqual(other.Nodes);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Id, Reason, Nodes.Length);
}

/// <summary>
/// CLUSTER RESET SOFT of a node that left. A master must hold no key and no slot by then; a replica gives up its copy, and only when its
/// master is there with the original.
/// </summary>
/// <param name="Node">The node that left.</param>
/// <param name="Id">Its id, which it keeps.</param>
/// <param name="Members">The nodes that remain and answer.</param>
/// <param name="Reason">Why.</param>
public sealed record ResetNode(NodeEndpoint Node, NodeId Id, ImmutableArray<NodeEndpoint> Members, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override NodeEndpoint? Actor() => Node;

    /// <inheritdoc />
    public override string Describe() => $"{Node.ToClientString()}: reset (soft), once it holds nothing of its own";

    /// <inheritdoc />
    public bool Equals(ResetNode? other) =>
        other is not null && Node == other.Node && Id == other.Id && Reason == other.Reason && Members.SequenceEqual(other.Members);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Node, Id, Reason);
}
