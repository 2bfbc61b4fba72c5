using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Observes a cluster and says what is wrong with it.</summary>
public static class ClusterCheck
{
    /// <summary>Observes the cluster that the seeds belong to and checks it. Takes one round trip per node, all nodes at once.</summary>
    /// <param name="seeds">Some nodes of the cluster; the rest is found through them.</param>
    /// <param name="settings">How to reach them.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="ClusterException">No seed answers (<see cref="ClusterFault.Unreachable"/>), or there is none (<see cref="ClusterFault.Usage"/>).</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<CheckReport> RunAsync(
        IReadOnlyList<NodeEndpoint> seeds, ClusterConnectionSettings settings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        if (seeds.Count == 0)
        {
            throw new ClusterException(ClusterFault.Usage, "no node was given: name at least one as host:port");
        }

        var observation = await ClusterObserver.ObserveAsync(seeds, discover: true, settings, cancellationToken).ConfigureAwait(false);
        return observation.Reachable.Any()
            ? ClusterChecker.Check(observation)
            : throw new ClusterException(ClusterFault.Unreachable, $"no node answers: {Problems.List(observation.Nodes)}");
    }
}
