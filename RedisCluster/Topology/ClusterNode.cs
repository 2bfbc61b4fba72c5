using System.Collections.Immutable;

namespace RedisCluster.Topology;

/// <summary>A slot on its way between two nodes, as one of them records it.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Peer">The node it goes to (migrating) or comes from (importing).</param>
public readonly record struct OpenSlot(int Slot, NodeId Peer);

/// <summary>One line of CLUSTER NODES: what the node that was asked knows of one node.</summary>
public sealed record ClusterNode
{
    /// <summary>The node's id. A placeholder while <see cref="IsHandshake"/>.</summary>
    public required NodeId Id { get; init; }

    /// <summary>Where the node is reached.</summary>
    public required NodeAddress Address { get; init; }

    /// <summary>Role and state.</summary>
    public required NodeFlags Flags { get; init; }

    /// <summary>The master a replica follows; null for masters.</summary>
    public NodeId? MasterId { get; init; }

    /// <summary>When the pending ping was sent, in Unix milliseconds; 0 when none is pending.</summary>
    public long PingSent { get; init; }

    /// <summary>When the last pong came, in Unix milliseconds; 0 when none came yet.</summary>
    public long PongReceived { get; init; }

    /// <summary>The configuration epoch of the node, or of its master for a replica.</summary>
    public long ConfigEpoch { get; init; }

    /// <summary>Whether the bus link to the node is up, seen from the node that was asked.</summary>
    public bool IsLinkConnected { get; init; }

    /// <summary>The slots it serves; empty for replicas.</summary>
    public SlotSet Slots { get; init; } = SlotSet.Empty;

    /// <summary>Slots being moved away. Only a node's own line shows them.</summary>
    public ImmutableArray<OpenSlot> Migrating { get; init; } = [];

    /// <summary>Slots being taken in. Only a node's own line shows them.</summary>
    public ImmutableArray<OpenSlot> Importing { get; init; } = [];

    /// <summary>Whether this is the node that was asked.</summary>
    public bool IsMyself => Flags.HasFlag(NodeFlags.Myself);

    /// <summary>Whether it is a master, with or without slots.</summary>
    public bool IsMaster => Flags.HasFlag(NodeFlags.Master);

    /// <summary>Whether it replicates a master.</summary>
    public bool IsReplica => Flags.HasFlag(NodeFlags.Replica);

    /// <summary>Whether it is being met and its id is a placeholder.</summary>
    public bool IsHandshake => Flags.HasFlag(NodeFlags.Handshake);

    /// <summary>Whether a majority agreed that it is down.</summary>
    public bool IsFailed => Flags.HasFlag(NodeFlags.Failure);

    /// <summary>Whether it is suspected to be down without an agreement yet.</summary>
    public bool IsPossiblyFailed => Flags.HasFlag(NodeFlags.PossibleFailure);
}
