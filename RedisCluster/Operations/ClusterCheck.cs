using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Observes a cluster and says what is wrong with it.</summary>
public static class ClusterCheck
{
    /// <summary>Observes the cluster that the seeds belong to and checks it.</summary>
    /// <param name="seeds">Some nodes of the cluster; the rest is found through them.</param>
    /// <param name="settings">How to reach them.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="ClusterException">No seed answers (<see cref="ClusterFault.Unreachable"/>), or there is none (<see cref="ClusterFault.Usage"/>).</exception>
    public static Task<CheckReport> RunAsync(
        IReadOnlyList<NodeEndpoint> seeds, ClusterConnectionSettings settings, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();
}
