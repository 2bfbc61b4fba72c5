using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Takes slots from some masters to another, under live reads and writes.</summary>
/// <remarks>
/// A run can be killed at any point and started again: it finishes what was left half way, which counts where it went to the same master,
/// and takes the rest. Slots that had arrived before are not known to it: the number means slots from now on.
/// </remarks>
public static class ClusterReshard
{
    /// <summary>Moves the slots asked for.</summary>
    /// <param name="seeds">Some nodes of the cluster; the rest is found through them.</param>
    /// <param name="request">How many slots, from whom, to whom.</param>
    /// <param name="options">How to do it.</param>
    /// <param name="progress">Told each step with its reason, and how many slots have moved; null for nobody.</param>
    /// <param name="cancellationToken">Ends the run; slots under way are finished within 5 s, and a later run takes up where it stopped.</param>
    /// <exception cref="ClusterException">It could not be done; <see cref="ClusterException.Fault"/> says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<OperationResult> RunAsync(
        IReadOnlyList<NodeEndpoint> seeds,
        ReshardRequest request,
        OperationOptions options,
        IProgress<ClusterProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return OperationRun.RunAsync(seeds, options, progress, observation => ReshardPlanner.Plan(observation, request), cancellationToken);
    }
}
