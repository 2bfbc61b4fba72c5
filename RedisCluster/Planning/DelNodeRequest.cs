using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>The node that shall leave a cluster.</summary>
public sealed record DelNodeRequest
{
    /// <summary>Its id, the beginning of its id, or host:port.</summary>
    public required string Node { get; init; }

    /// <summary>Whether it is reset when it has left; else it runs on as it is, with its view of a cluster that does not know it.</summary>
    public bool Reset { get; init; } = true;

    /// <summary>How its keys are moved, where it owns slots.</summary>
    public MigrationTuning Tuning { get; init; } = new();

    /// <summary>Where nodes run, for the choice of new masters for its replicas. A node without an entry runs on the host of its address.</summary>
    public ImmutableDictionary<NodeEndpoint, NodeLabels> Labels { get; init; } = ImmutableDictionary<NodeEndpoint, NodeLabels>.Empty;
}
