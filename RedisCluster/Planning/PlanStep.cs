using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>One thing to do, and why. Doing it again when it is done already changes nothing.</summary>
/// <param name="Reason">Why, for people.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "step")]
[JsonDerivedType(typeof(LowerNodeTimeout), "lower-node-timeout")]
[JsonDerivedType(typeof(AddSlots), "add-slots")]
[JsonDerivedType(typeof(SetConfigEpoch), "set-config-epoch")]
[JsonDerivedType(typeof(Meet), "meet")]
[JsonDerivedType(typeof(Replicate), "replicate")]
[JsonDerivedType(typeof(AwaitAgreement), "await-agreement")]
[JsonDerivedType(typeof(RestoreNodeTimeout), "restore-node-timeout")]
[JsonDerivedType(typeof(AwaitReplicas), "await-replicas")]
[JsonDerivedType(typeof(ProbeWrites), "probe-writes")]
[JsonDerivedType(typeof(CopyFunctions), "copy-functions")]
[JsonDerivedType(typeof(ConfirmFresh), "confirm-fresh")]
[JsonDerivedType(typeof(AwaitMembership), "await-membership")]
[JsonDerivedType(typeof(Forget), "forget")]
[JsonDerivedType(typeof(AwaitForgotten), "await-forgotten")]
[JsonDerivedType(typeof(ResetNode), "reset-node")]
[JsonDerivedType(typeof(MoveSlots), "move-slots")]
[JsonDerivedType(typeof(TakeBackup), "take-backup")]
[JsonDerivedType(typeof(RestoreBackup), "restore-backup")]
[JsonDerivedType(typeof(ImportKeys), "import-keys")]
[JsonDerivedType(typeof(TakeOver), "take-over")]
[JsonDerivedType(typeof(AwaitRoles), "await-roles")]
[JsonDerivedType(typeof(SetNodeTimeout), "set-node-timeout")]
[JsonDerivedType(typeof(VerifyNodeTimeouts), "verify-node-timeouts")]
[JsonDerivedType(typeof(CloseSlots), "close-slots")]
[JsonDerivedType(typeof(ReleaseSlots), "release-slots")]
[JsonDerivedType(typeof(ConfirmSlots), "confirm-slots")]
[JsonDerivedType(typeof(TakeSlots), "take-slots")]
[JsonDerivedType(typeof(CollectKeys), "collect-keys")]
public abstract record PlanStep(string Reason)
{
    /// <summary>The node that is told to do it: steps of one node are done in their order, those of different nodes at once. Null where the step is about several.</summary>
    /// <returns>A node, or null.</returns>
    public virtual NodeEndpoint? Actor() => null;

    /// <summary>What is done, in one line, without the reason.</summary>
    /// <returns>A line for people.</returns>
    public abstract string Describe();

    /// <inheritdoc />
    public sealed override string ToString() => $"{Describe()} ({Reason})";

    private protected static string Milliseconds(TimeSpan time) =>
        time.TotalMilliseconds.ToString("0 ms", CultureInfo.InvariantCulture);
}

/// <summary>CONFIG SET cluster-node-timeout, so that a master leaves its state of failure sooner.</summary>
/// <param name="Node">The node.</param>
/// <param name="Timeout">The timeout for the time being.</param>
/// <param name="Previous">The timeout it has now.</param>
/// <param name="Reason">Why.</param>
public sealed record LowerNodeTimeout(NodeEndpoint Node, TimeSpan Timeout, TimeSpan Previous, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override NodeEndpoint? Actor() => Node;

    /// <inheritdoc />
    public override string Describe() => $"{Node.ToClientString()}: cluster-node-timeout {Milliseconds(Previous)} -> {Milliseconds(Timeout)} for the time being";
}

/// <summary>CLUSTER ADDSLOTSRANGE of slots nobody owns.</summary>
/// <param name="Node">The master to be.</param>
/// <param name="Slots">The slots it lacks.</param>
/// <param name="Reason">Why.</param>
public sealed record AddSlots(NodeEndpoint Node, SlotSet Slots, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override NodeEndpoint? Actor() => Node;

    /// <inheritdoc />
    public override string Describe() => $"{Node.ToClientString()}: add slots {Slots}";
}

/// <summary>CLUSTER SET-CONFIG-EPOCH, which a node accepts only while its epoch is 0 and it knows nobody.</summary>
/// <param name="Node">The node.</param>
/// <param name="Epoch">Distinct for every node, from 1.</param>
/// <param name="Reason">Why.</param>
public sealed record SetConfigEpoch(NodeEndpoint Node, long Epoch, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override NodeEndpoint? Actor() => Node;

    /// <inheritdoc />
    public override string Describe() => string.Create(CultureInfo.InvariantCulture, $"{Node.ToClientString()}: config epoch {Epoch}");
}

/// <summary>CLUSTER MEET.</summary>
/// <param name="Node">The node that is told to meet.</param>
/// <param name="Target">The node it meets, as the user named it.</param>
/// <param name="TargetIp">The target's address for MEET, which takes no names. A name only where none of its addresses is known: resolve it.</param>
/// <param name="TargetPort">The target's client port.</param>
/// <param name="TargetBusPort">The target's bus port.</param>
/// <param name="Reason">Why.</param>
public sealed record Meet(NodeEndpoint Node, NodeEndpoint Target, string TargetIp, int TargetPort, int TargetBusPort, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override NodeEndpoint? Actor() => Node;

    /// <inheritdoc />
    public override string Describe() =>
        string.Create(CultureInfo.InvariantCulture, $"{Node.ToClientString()}: meet {Target.ToClientString()} at {TargetIp} port {TargetPort}, bus {TargetBusPort}");
}

/// <summary>CLUSTER REPLICATE, to be repeated until the node has heard of its master.</summary>
/// <param name="Node">The replica to be.</param>
/// <param name="Master">The master it shall follow.</param>
/// <param name="MasterId">The master's id.</param>
/// <param name="Reason">Why.</param>
public sealed record Replicate(NodeEndpoint Node, NodeEndpoint Master, NodeId MasterId, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override NodeEndpoint? Actor() => Node;

    /// <inheritdoc />
    public override string Describe() => $"{Node.ToClientString()}: replicate {Master.ToClientString()}";
}

/// <summary>Wait until every node knows exactly the others, all agree on the owners of all 16384 slots and on the roles, and each says cluster_state:ok.</summary>
/// <param name="Nodes">All nodes of the cluster.</param>
/// <param name="Reason">Why.</param>
public sealed record AwaitAgreement(ImmutableArray<NodeEndpoint> Nodes, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override string Describe() => string.Create(CultureInfo.InvariantCulture, $"wait until all {Nodes.Length} nodes agree and say cluster_state:ok");

    /// <inheritdoc />
    public bool Equals(AwaitAgreement? other) => other is not null && Reason == other.Reason && Nodes.SequenceEqual(other.Nodes);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Reason, Nodes.Length);
}

/// <summary>CONFIG SET cluster-node-timeout back to what it shall be.</summary>
/// <param name="Node">The node.</param>
/// <param name="Timeout">The timeout from now on.</param>
/// <param name="Reason">Why.</param>
public sealed record RestoreNodeTimeout(NodeEndpoint Node, TimeSpan Timeout, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override NodeEndpoint? Actor() => Node;

    /// <inheritdoc />
    public override string Describe() => $"{Node.ToClientString()}: cluster-node-timeout back to {Milliseconds(Timeout)}";
}

/// <summary>Wait until each replica's master_link_status is up and its first copy is complete.</summary>
/// <param name="Replicas">The replicas.</param>
/// <param name="Reason">Why.</param>
public sealed record AwaitReplicas(ImmutableArray<NodeEndpoint> Replicas, string Reason) : PlanStep(Reason)
{
    /// <summary>
    /// Masters without keys, which shall not wait for more replicas before they copy nothing to the first (repl-diskless-sync-delay, 5 s where
    /// nobody says otherwise). Set to 0 for as long as this is waited for, then put back.
    /// </summary>
    public ImmutableArray<NodeEndpoint> EmptyMasters { get; init; } = [];

    /// <inheritdoc />
    public override string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"wait until {Replicas.Length} replicas are in step with their masters{(EmptyMasters.IsEmpty ? "" : ", with repl-diskless-sync-delay 0 meanwhile")}");

    /// <inheritdoc />
    public bool Equals(AwaitReplicas? other) =>
        other is not null && Reason == other.Reason && Replicas.SequenceEqual(other.Replicas) && EmptyMasters.SequenceEqual(other.EmptyMasters);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Reason, Replicas.Length);
}

/// <summary>A shard to write to.</summary>
/// <param name="Master">The master.</param>
/// <param name="Slot">One of its slots.</param>
public sealed record WriteProbe(NodeEndpoint Master, int Slot);

/// <summary>DEL of a key nobody has, in each shard, repeated until it is accepted: refused like any write while a node takes none, and leaves nothing behind.</summary>
/// <param name="Probes">One per shard.</param>
/// <param name="Reason">Why.</param>
public sealed record ProbeWrites(ImmutableArray<WriteProbe> Probes, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override string Describe() => string.Create(CultureInfo.InvariantCulture, $"wait until a write is accepted by each of {Probes.Length} masters");

    /// <inheritdoc />
    public bool Equals(ProbeWrites? other) => other is not null && Reason == other.Reason && Probes.SequenceEqual(other.Probes);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Reason, Probes.Length);
}
