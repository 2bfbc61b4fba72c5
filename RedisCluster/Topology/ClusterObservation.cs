using System.Collections.Immutable;

namespace RedisCluster.Topology;

/// <summary>What all nodes said at about one time. The order of the nodes means nothing.</summary>
/// <param name="Nodes">One entry per endpoint that was asked.</param>
/// <param name="Time">When the asking began.</param>
public sealed record ClusterObservation(ImmutableArray<NodeObservation> Nodes, DateTimeOffset Time)
{
    /// <summary>The nodes that answered.</summary>
    public IEnumerable<NodeObservation> Reachable => Nodes.Where(n => n.IsReachable);

    /// <summary>What the node at the endpoint said.</summary>
    /// <param name="endpoint">Compared by host and client port.</param>
    /// <returns>Null when it was not asked.</returns>
    public NodeObservation? Find(NodeEndpoint endpoint) => Nodes.FirstOrDefault(n => n.Endpoint.IsSameClientAddress(endpoint));

    /// <summary>What the node with the id said.</summary>
    /// <param name="id">A node's id.</param>
    /// <returns>Null when no node that answered has it.</returns>
    public NodeObservation? Find(NodeId id) => Nodes.FirstOrDefault(n => n.MyId == id);
}
