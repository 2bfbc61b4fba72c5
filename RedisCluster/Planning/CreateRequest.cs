using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Where a node runs. Nodes that share a host (or a zone) are lost together.</summary>
/// <param name="Host">The machine; null takes the host of the node's endpoint.</param>
/// <param name="Zone">The zone, rack or datacentre; null where there are none.</param>
public sealed record NodeLabels(string? Host = null, string? Zone = null);

/// <summary>The cluster a user asks for.</summary>
public sealed record CreateRequest
{
    /// <summary>The nodes in the user's order, which decides who becomes a master, as with redis-cli.</summary>
    public required ImmutableArray<NodeEndpoint> Nodes { get; init; }

    /// <summary>Replicas per master, 0 or more. Nodes left over become additional replicas.</summary>
    public int ReplicasPerShard { get; init; }

    /// <summary>Where the nodes run. A node without an entry runs on the host of its endpoint.</summary>
    public ImmutableDictionary<NodeEndpoint, NodeLabels> Labels { get; init; } = ImmutableDictionary<NodeEndpoint, NodeLabels>.Empty;

    /// <summary>
    /// The cluster-node-timeout every node shall have in the end; null keeps each node's own. It matters only where an earlier run was
    /// killed while the timeout was lowered: without it such a node gets the timeout of its peers, or 15 s.
    /// </summary>
    public TimeSpan? NodeTimeout { get; init; }

    /// <summary>
    /// The cluster-node-timeout while the cluster is being formed; zero leaves the timeouts alone. The odd default is also the mark by
    /// which a later run recognises that an earlier one was killed before it restored the timeout.
    /// </summary>
    public TimeSpan FormingNodeTimeout { get; init; } = DefaultFormingNodeTimeout;

    /// <summary>503 ms: below the 500 ms a master waits at least before it leaves its state of failure there is nothing to gain.</summary>
    public static TimeSpan DefaultFormingNodeTimeout { get; } = TimeSpan.FromMilliseconds(503);
}
