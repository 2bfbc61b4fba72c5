using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Gives all nodes of a cluster one cluster-node-timeout, now and after their restarts.</summary>
public static class ClusterNodeTimeout
{
    /// <summary>Looks, plans, asks, sets, verifies and checks. A node that fails does not keep the others from theirs.</summary>
    /// <param name="seeds">Some nodes of the cluster; the rest is found through them.</param>
    /// <param name="timeout">Whole milliseconds, 100 or more.</param>
    /// <param name="options">How to do it.</param>
    /// <param name="progress">Told each step with its reason; null for nobody.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="ClusterException">Some nodes have not got it (<see cref="ClusterFault.Faults"/>; the message names them), or the timeout makes no sense.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<OperationResult> RunAsync(
        IReadOnlyList<NodeEndpoint> seeds,
        TimeSpan timeout,
        OperationOptions options,
        IProgress<ClusterProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        OperationRun.RunAsync(seeds, options, progress, observation => NodeTimeoutPlanner.Plan(observation, timeout), cancellationToken);
}
