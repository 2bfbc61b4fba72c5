using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Forms a cluster of nodes, or finishes what an earlier run began, or leaves a formed one alone.</summary>
/// <remarks>
/// <para>
/// A run can be killed at any point and started again. Each run looks at the nodes afresh and does what is missing; nothing is ever reset
/// or flushed, and a node that holds keys or knows strangers is not touched.
/// </para>
/// <para>
/// A cluster that is formed already is left alone, also when some of its nodes are away. If it is not well (its servers have only just
/// started, a failover is under way) the run watches it for up to 15 s; what is wrong then stands in <see cref="CreateResult.Report"/>.
/// </para>
/// <para>
/// While the cluster is being formed the nodes' cluster-node-timeout is 503 ms, because a master keeps its state of failure for as long
/// as the timeout, up to 5 s. It is put back as soon as the nodes agree, and also when the run fails or is cancelled. A run that is killed
/// outright leaves the 503 ms behind (until the node restarts: the setting is never written to its configuration file); the next run knows
/// them by that value and sets what <see cref="CreateOptions.NodeTimeout"/> asks for, or else the longest timeout among the nodes that
/// were not lowered, or else the server's default of 15 s.
/// </para>
/// </remarks>
public static class ClusterCreation
{
    /// <summary>Waits for the nodes, forms the cluster and returns when it is usable: state ok everywhere, replica links up, writes accepted by each shard.</summary>
    /// <param name="nodes">All nodes of the cluster; the order decides who becomes a master.</param>
    /// <param name="options">What to form.</param>
    /// <param name="progress">Told each step with its reason, on the thread that does it, one at a time; null for nobody.</param>
    /// <param name="cancellationToken">Ends the run; a later run takes up where it stopped.</param>
    /// <exception cref="ClusterException">It could not be done; <see cref="ClusterException.Fault"/> says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<CreateResult> RunAsync(
        IReadOnlyList<NodeEndpoint> nodes, CreateOptions options, IProgress<ClusterProgress>? progress = null, CancellationToken cancellationToken = default) =>
        RunAsync(nodes, options, progress, null, cancellationToken);

    /// <summary>Waits for the nodes and plans, and changes nothing.</summary>
    /// <param name="nodes">All nodes of the cluster; the order decides who becomes a master.</param>
    /// <param name="options">What to form.</param>
    /// <param name="progress">Told what is waited for; null for nobody.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>What a run would do now.</returns>
    /// <exception cref="ClusterException">It could not be done; <see cref="ClusterException.Fault"/> says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<CreateProposal> PlanAsync(
        IReadOnlyList<NodeEndpoint> nodes, CreateOptions options, IProgress<ClusterProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var run = Prepare(nodes, options, progress, null);
        await using var _ = run.ConfigureAwait(false);
        return await run.PlanAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <see cref="RunAsync(IReadOnlyList{NodeEndpoint}, CreateOptions, IProgress{ClusterProgress}?, CancellationToken)"/>, with a hook after each step; an <see cref="InjectedKillException"/> it throws ends the run as SIGKILL would.</summary>
    internal static async Task<CreateResult> RunAsync(
        IReadOnlyList<NodeEndpoint> nodes, CreateOptions options, IProgress<ClusterProgress>? progress, AfterStep? afterStep, CancellationToken cancellationToken)
    {
        var run = Prepare(nodes, options, progress, afterStep);
        await using var _ = run.ConfigureAwait(false);
        return await run.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private static CreateRun Prepare(
        IReadOnlyList<NodeEndpoint> nodes, CreateOptions options, IProgress<ClusterProgress>? progress, AfterStep? afterStep)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Deadline <= TimeSpan.Zero)
        {
            throw new ClusterException(ClusterFault.Usage, $"the deadline is {options.Deadline}: it must be more than zero");
        }

        return new(nodes, options, new ProgressLog(progress, options.TimeProvider), afterStep);
    }
}
