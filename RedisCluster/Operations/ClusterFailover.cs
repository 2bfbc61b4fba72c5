using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Puts a replica in its master's place and returns when every node knows.</summary>
/// <remarks>
/// A planned handover loses nothing and interrupts writers for some tens of milliseconds; it needs the master. One that does without the
/// master has to be asked for (<see cref="FailoverMode"/>) and takes the replica that has most of the data. One actor at a time should
/// issue failovers: while nodes disagree on the roles in a shard it is refused.
/// </remarks>
public static class ClusterFailover
{
    /// <summary>Looks, plans, asks, hands over, waits for the roles and the replicas, and checks.</summary>
    /// <param name="seeds">Some nodes of the cluster; the rest is found through them.</param>
    /// <param name="request">Who takes over, and how.</param>
    /// <param name="options">How to do it.</param>
    /// <param name="progress">Told each step with its reason; null for nobody.</param>
    /// <param name="cancellationToken">Ends the run; a failover that was started goes on.</param>
    /// <exception cref="ClusterException">It could not be done; <see cref="ClusterException.Fault"/> says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<OperationResult> RunAsync(
        IReadOnlyList<NodeEndpoint> seeds,
        FailoverRequest request,
        OperationOptions options,
        IProgress<ClusterProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return OperationRun.RunAsync(seeds, options, progress, observation => FailoverPlanner.Plan(observation, request), cancellationToken);
    }
}
