namespace RedisCluster.Operations;

/// <summary>What cluster to form, and how long to try.</summary>
public sealed record CreateOptions
{
    /// <summary>How to reach the nodes.</summary>
    public ClusterConnectionSettings Connection { get; init; } = new();

    /// <summary>Replicas of each master, 0 or more.</summary>
    public int ReplicasPerShard { get; init; }

    /// <summary>The time after which everything has to stand, waiting for the nodes included. More than zero.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The cluster-node-timeout that every node has in the end, whole milliseconds; null leaves each node's own (on what "own" means when a
    /// former run was killed, see <see cref="ClusterCreation"/>).
    /// </summary>
    public TimeSpan? NodeTimeout { get; init; }

    /// <summary>The source of time.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
