using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Takes a node out of a cluster: drains it, finds its replicas new masters, has everybody forget it, and resets it.</summary>
/// <remarks>
/// Nothing is ever flushed. The node that left is reset (soft: it keeps its id) only when it is a master without keys and slots, or a replica
/// whose master is there; otherwise it is left as it is and the run says so.
/// </remarks>
public static class ClusterDelNode
{
    /// <summary>Looks, plans, asks, drains, forgets, resets and checks.</summary>
    /// <param name="seeds">Some nodes of the cluster; the rest is found through them.</param>
    /// <param name="request">The node, and what becomes of it.</param>
    /// <param name="options">How to do it.</param>
    /// <param name="progress">Told each step with its reason; null for nobody.</param>
    /// <param name="cancellationToken">Ends the run; a later run takes up where it stopped.</param>
    /// <exception cref="ClusterException">It could not be done; <see cref="ClusterException.Fault"/> says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<OperationResult> RunAsync(
        IReadOnlyList<NodeEndpoint> seeds,
        DelNodeRequest request,
        OperationOptions options,
        IProgress<ClusterProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        RunAsync(seeds, request, options, progress, null, cancellationToken);

    /// <summary>As above, with a hook after each step; an <see cref="InjectedKillException"/> it throws ends the run as SIGKILL would.</summary>
    internal static Task<OperationResult> RunAsync(
        IReadOnlyList<NodeEndpoint> seeds,
        DelNodeRequest request,
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
                var outsider = NodeEndpoint.TryParse(request.Node, out var endpoint) && observation.Find(endpoint) is null
                    ? await NodeReader.ReadAsync(run.Pool, endpoint, token).ConfigureAwait(false)
                    : null;
                return DelNodePlanner.Plan(observation, outsider, request);
            },
            cancellationToken,
            afterStep);
    }
}
