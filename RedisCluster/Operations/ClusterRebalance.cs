using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Gives every master its share of the slots, under live reads and writes.</summary>
/// <remarks>
/// A run can be killed at any point and started again: it finishes what was left half way and then goes on. Keys are at no moment lost or
/// out of reach of clients that follow redirections.
/// </remarks>
public static class ClusterRebalance
{
    /// <summary>Moves as few slots as it takes.</summary>
    /// <param name="seeds">Some nodes of the cluster; the rest is found through them.</param>
    /// <param name="request">What to achieve.</param>
    /// <param name="options">How to do it.</param>
    /// <param name="progress">Told each step with its reason, and how many slots have moved; null for nobody.</param>
    /// <param name="cancellationToken">Ends the run; slots under way are finished within 5 s, and a later run takes up where it stopped.</param>
    /// <exception cref="ClusterException">It could not be done; <see cref="ClusterException.Fault"/> says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<OperationResult> RunAsync(
        IReadOnlyList<NodeEndpoint> seeds,
        RebalanceRequest request,
        OperationOptions options,
        IProgress<ClusterProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return OperationRun.RunAsync(seeds, options, progress, observation => RebalancePlanner.Plan(observation, request), cancellationToken);
    }
}
