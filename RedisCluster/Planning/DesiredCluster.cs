using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>A place for a node. The name stays when the node's address changes, and when another node takes the place.</summary>
/// <param name="Name">Such as <c>redis-cluster-0</c>; unique in the cluster.</param>
/// <param name="Endpoint">Where the node is at the moment.</param>
/// <param name="Labels">Where it runs; null takes the host of the endpoint.</param>
public sealed record DesiredNode(string Name, NodeEndpoint Endpoint, NodeLabels? Labels = null)
{
    /// <summary>The name, and the endpoint where it is another text.</summary>
    public override string ToString() => Name == Endpoint.ToClientString() ? Name : $"{Name} ({Endpoint.ToClientString()})";
}

/// <summary>The cluster there shall be.</summary>
public sealed record DesiredCluster
{
    /// <summary>The places in their order, which decides who becomes a master of a new cluster and who leaves a shrinking one.</summary>
    public required ImmutableArray<DesiredNode> Nodes { get; init; }

    /// <summary>Replicas of each master, 0 or more.</summary>
    public int ReplicasPerShard { get; init; }

    /// <summary>Masters with slots, 3 or more; null for as many as the nodes make.</summary>
    public int? Shards { get; init; }

    /// <summary>The cluster-node-timeout the nodes have when nothing is being done to them; null leaves each its own.</summary>
    public TimeSpan? NodeTimeout { get; init; }

    /// <summary>Whether members that were never listed here are drained and removed. Nodes that were listed once are in any case.</summary>
    public bool RemoveUnlisted { get; init; }

    /// <summary>How long a fault is watched that the servers, or whoever works on the cluster, may mend by themselves. Zero or more.</summary>
    public TimeSpan Patience { get; init; } = DefaultPatience;

    /// <summary>15 s: servers move a replica to an orphaned master 5 s after they noticed.</summary>
    public static TimeSpan DefaultPatience { get; } = TimeSpan.FromSeconds(15);

    /// <summary>Masters with slots that there shall be.</summary>
    public int ShardCount => Shards ?? (Nodes.Length / (ReplicasPerShard + 1));

    /// <summary>The request that forms it. Nodes beyond the shards asked for join later.</summary>
    internal CreateRequest ToRequest()
    {
        ImmutableArray<DesiredNode> first = [.. Shards is { } shards ? Nodes.Take(shards * (ReplicasPerShard + 1)) : Nodes];
        return new CreateRequest
        {
            Nodes = [.. first.Select(node => node.Endpoint)],
            ReplicasPerShard = ReplicasPerShard,
            Labels = first.Where(node => node.Labels is not null).ToImmutableDictionary(node => node.Endpoint, node => node.Labels!),
            NodeTimeout = NodeTimeout,
        };
    }
}
