using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>What a check goes by beyond what the nodes said.</summary>
public sealed record CheckOptions
{
    /// <summary>1 MiB: the default size of a master's replication backlog. A replica further behind needs a whole new copy when its link breaks.</summary>
    public const long DefaultReplicaLag = 1024 * 1024;

    /// <summary>How many bytes a replica may be behind its master, 0 or more.</summary>
    public long ReplicaLag { get; init; } = DefaultReplicaLag;

    /// <summary>Where the nodes run. A node without an entry runs at the address its peers know, in the zone it tells itself, if any.</summary>
    public ImmutableDictionary<NodeEndpoint, NodeLabels> Labels { get; init; } = ImmutableDictionary<NodeEndpoint, NodeLabels>.Empty;

    /// <summary>Keys per node and slot; null when they were not counted.</summary>
    public SlotKeys? Keys { get; init; }
}
