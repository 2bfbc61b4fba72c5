using System.Collections.Immutable;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>What cluster to form, and how long to try.</summary>
public sealed record CreateOptions
{
    /// <summary>How to reach the nodes.</summary>
    public ClusterConnectionSettings Connection { get; init; } = new();

    /// <summary>Replicas of each master, 0 or more.</summary>
    public int ReplicasPerShard { get; init; }

    /// <summary>Where the nodes run, for the placement of replicas. A node without an entry runs on the host of its endpoint.</summary>
    public ImmutableDictionary<NodeEndpoint, NodeLabels> Labels { get; init; } = ImmutableDictionary<NodeEndpoint, NodeLabels>.Empty;

    /// <summary>The time after which everything has to stand, waiting for the nodes included. More than zero.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The cluster-node-timeout that every node has in the end, whole milliseconds; null leaves each node's own. See
    /// <see cref="ClusterCreation"/> for what that means when an earlier run was killed.
    /// </summary>
    public TimeSpan? NodeTimeout { get; init; }

    /// <summary>The source of time.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal CreateRequest ToRequest(IReadOnlyList<NodeEndpoint> nodes) => new()
    {
        Nodes = [.. nodes],
        ReplicasPerShard = ReplicasPerShard,
        Labels = Labels,
        NodeTimeout = NodeTimeout,
    };
}
