using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Asks every node what it knows of itself and of the cluster.</summary>
public static class ClusterObserver
{
    /// <summary>
    /// Reads all nodes at once. A node that does not answer is part of the observation, with the reason; nothing is thrown for it.
    /// </summary>
    /// <param name="seeds">The nodes to ask.</param>
    /// <param name="discover">Whether to follow what they know to nodes that are not among the seeds.</param>
    /// <param name="settings">How to reach them.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static Task<ClusterObservation> ObserveAsync(
        IReadOnlyList<NodeEndpoint> seeds, bool discover, ClusterConnectionSettings settings, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();
}
