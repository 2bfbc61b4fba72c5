using System.Collections.Immutable;
using NetBox.Tools.Cluster;
using NetBox.Tools.Reports;
using RedisCluster.Topology;

namespace NetBox.Tools.Doctor;

/// <summary>What was found out about one node beyond what an observation holds.</summary>
internal sealed record NodeFacts
{
    public required NodeEndpoint Endpoint { get; init; }

    /// <summary>Why its name has no address; null where it has one.</summary>
    public string? NameError { get; init; }

    /// <summary>The addresses of its name.</summary>
    public ImmutableArray<string> Addresses { get; init; } = [];

    /// <summary>Connecting to the client port; null when there is no address.</summary>
    public TcpAttempt? Client { get; init; }

    /// <summary>Connecting to the bus port; null when there is no address.</summary>
    public TcpAttempt? Bus { get; init; }

    /// <summary>Who answers where the node sends clients; null when that is where it was found.</summary>
    public AnnouncedFacts? Announced { get; init; }

    /// <summary>What the server tells of itself; null when it does not answer.</summary>
    public ServerFacts? Server { get; init; }
}

/// <summary>Who answers at the address that a node sends clients to.</summary>
/// <param name="Address">IP or host name, as the node prefers, and client port.</param>
/// <param name="IsName">It is a host name.</param>
/// <param name="Id">The id of the node that answers there; null when none does.</param>
/// <param name="Error">Why none does.</param>
internal sealed record AnnouncedFacts(string Address, bool IsName, NodeId? Id, string? Error);

/// <summary>Memory, persistence, passwords and clock of a server.</summary>
internal sealed record ServerFacts
{
    /// <summary>Bytes.</summary>
    public long UsedMemory { get; init; }

    /// <summary>Bytes; 0 is no limit.</summary>
    public long MaxMemory { get; init; }

    public string EvictionPolicy { get; init; } = "noeviction";

    public bool IsAofEnabled { get; init; }

    public bool IsAofWriteOk { get; init; } = true;

    public bool IsAofRewriteOk { get; init; } = true;

    public bool IsSnapshotOk { get; init; } = true;

    /// <summary>Whether snapshots are made at all.</summary>
    public bool HasSavePoints { get; init; }

    /// <summary>Whether it wants a password; null when it does not tell.</summary>
    public bool? WantsPassword { get; init; }

    /// <summary>Whether it has a password for its master; null when it does not tell.</summary>
    public bool? HasMasterPassword { get; init; }

    /// <summary>Its clock less the clock here; null when it could not be read.</summary>
    public TimeSpan? ClockOffset { get; init; }

    /// <summary>How far off <see cref="ClockOffset"/> may be: half the time its answer took.</summary>
    public TimeSpan ClockUncertainty { get; init; }
}

/// <summary>What the app behind the cluster answers.</summary>
/// <param name="Url">Where it was asked.</param>
/// <param name="Status">HTTP status; null when there was no answer.</param>
/// <param name="Text">The answer, or why there is none.</param>
internal sealed record AppFacts(string Url, int? Status, string Text);

/// <summary>All the doctor knows.</summary>
/// <param name="Cluster">What the nodes said.</param>
/// <param name="Nodes">What was found out about each of them, in the same order.</param>
/// <param name="App">The app; null when none is known.</param>
/// <param name="Target">How netbox was told of the cluster, and has logged in.</param>
internal sealed record PatientFacts(ClusterObservation Cluster, ImmutableArray<NodeFacts> Nodes, AppFacts? App, ClusterTarget Target)
{
    /// <summary>A node to ask for the rest.</summary>
    public NodeEndpoint Any => (Cluster.Reachable.FirstOrDefault(node => node.View is not null) ?? Cluster.Nodes[0]).Endpoint;

    public Cures Cures => new(Any, Target);

    /// <summary>What was found out about each node, with what it said.</summary>
    public IEnumerable<(NodeFacts Node, NodeObservation Said)> Pairs => Nodes.Zip(Cluster.Nodes);
}
