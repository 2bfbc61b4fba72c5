using RedisCluster.Operations.Fix;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Puts the slots of a cluster in order: each with one owner that all nodes agree on, none left half way, every key with the owner of its slot.</summary>
/// <remarks>
/// No key is lost: where two masters hold one, the copy that clients have been served is kept. Nothing is done while a master with slots, or
/// one that may hold keys on their way, is out of reach, unless the request says so. A run can be killed at any point and started again.
/// </remarks>
public static class ClusterFix
{
    /// <summary>Looks at the slots, plans, and carries the plan out.</summary>
    /// <param name="seeds">Some nodes of the cluster; the rest is found through them.</param>
    /// <param name="request">How far to go.</param>
    /// <param name="options">How to do it.</param>
    /// <param name="progress">Told each step with its reason, one at a time; null for nobody.</param>
    /// <param name="cancellationToken">Ends the run; a later run goes on from there.</param>
    /// <exception cref="ClusterException">It could not be done; <see cref="ClusterException.Fault"/> says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<OperationResult> RunAsync(
        IReadOnlyList<NodeEndpoint> seeds,
        FixRequest request,
        OperationOptions options,
        IProgress<ClusterProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        RunAsync(seeds, request, options, progress, null, cancellationToken);

    /// <summary>As above, with a hook after each step; an <see cref="InjectedKillException"/> it throws ends the run as SIGKILL would.</summary>
    internal static Task<OperationResult> RunAsync(
        IReadOnlyList<NodeEndpoint> seeds,
        FixRequest request,
        OperationOptions options,
        IProgress<ClusterProgress>? progress,
        AfterStep? afterStep,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return OperationRun.RunAsync(
            seeds,
            options,
            progress,
            async (run, observation, token) =>
            {
                var keys = await SlotKeyReader.ReadAsync(
                    run.Pool, FixPlanner.MastersToCount(observation), FixPlanner.SlotsToCount(observation, request), token).ConfigureAwait(false);
                return FixPlanner.Plan(observation, keys, request);
            },
            cancellationToken,
            afterStep);
    }
}
