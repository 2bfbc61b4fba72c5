using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>A planner that asks the nodes more than what was observed, through the run's connections.</summary>
internal delegate Task<ClusterPlan> PlanAsync(OperationRun run, ClusterObservation observation, CancellationToken cancellationToken);

/// <summary>One run of an operation on a formed cluster: look, plan, ask, do, check.</summary>
internal sealed class OperationRun : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly IReadOnlyList<NodeEndpoint> _seeds;
    private readonly OperationOptions _options;
    private readonly AfterStep? _afterStep;

    private OperationRun(IReadOnlyList<NodeEndpoint> seeds, OperationOptions options, IProgress<ClusterProgress>? progress, AfterStep? afterStep)
    {
        (_seeds, _options, _afterStep) = (seeds, options, afterStep);
        Pool = new(options.Connection);
        Log = new(progress, options.TimeProvider);
    }

    /// <summary>Connections for what a planner wants to know beyond the observation.</summary>
    public NodePool Pool { get; }

    /// <summary>For what is worth telling before there are steps.</summary>
    public ProgressLog Log { get; }

    /// <summary>Runs with a planner that needs the observation only.</summary>
    public static Task<OperationResult> RunAsync(
        IReadOnlyList<NodeEndpoint> seeds,
        OperationOptions options,
        IProgress<ClusterProgress>? progress,
        Func<ClusterObservation, ClusterPlan> plan,
        CancellationToken cancellationToken) =>
        RunAsync(seeds, options, progress, (_, observation, _) => Task.FromResult(plan(observation)), cancellationToken);

    /// <summary>Runs with a planner that asks the nodes more.</summary>
    /// <param name="seeds">Some nodes of the cluster; the rest is found through them.</param>
    /// <param name="options">How to do it.</param>
    /// <param name="progress">Told each step with its reason; null for nobody.</param>
    /// <param name="planAsync">Makes the plan.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <param name="afterStep">The hook after each step; null for nobody.</param>
    /// <exception cref="ClusterException">It could not be done; <see cref="ClusterException.Fault"/> says why.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled it.</exception>
    public static async Task<OperationResult> RunAsync(
        IReadOnlyList<NodeEndpoint> seeds,
        OperationOptions options,
        IProgress<ClusterProgress>? progress,
        PlanAsync planAsync,
        CancellationToken cancellationToken,
        AfterStep? afterStep = null)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentNullException.ThrowIfNull(options);
        var run = new OperationRun(seeds, options, progress, afterStep);
        await using var _ = run.ConfigureAwait(false);
        return await run.RunAsync(planAsync, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => Pool.DisposeAsync();

    private async Task<OperationResult> RunAsync(PlanAsync planAsync, CancellationToken cancellationToken)
    {
        Validate();
        try
        {
            var (observation, plan) = await PlanAsync(planAsync, cancellationToken).ConfigureAwait(false);
            if (plan.IsRefused)
            {
                throw Refusals.ToException(plan.Refusals);
            }

            var outcome = plan.IsEmpty ? OperationOutcome.NothingToDo
                : _options.DryRun ? OperationOutcome.Planned
                : _options.ConfirmAsync is { } confirm && !await confirm(plan, cancellationToken).ConfigureAwait(false) ? OperationOutcome.Declined
                : OperationOutcome.Done;
            return outcome == OperationOutcome.Done
                ? await CarryOutAsync(plan, observation, cancellationToken).ConfigureAwait(false)
                : new(outcome, plan, 0, observation, ClusterChecker.Check(observation), Log.Elapsed);
        }
        catch (RespServerException error)
        {
            throw new ClusterException(ClusterFault.Faults, error.Message, error);
        }
        catch (RespException error)
        {
            throw new ClusterException(ClusterFault.Unreachable, $"{error.Message}; run it again to go on from here", error);
        }
        catch (FormatException error)
        {
            throw new ClusterException(ClusterFault.Faults, $"a node's answer makes no sense: {error.Message}", error);
        }
    }

    private void Validate()
    {
        if (_seeds.Count == 0)
        {
            throw new ClusterException(ClusterFault.Usage, "no node was given: name at least one as host:port");
        }

        if (_options.StallLimit <= TimeSpan.Zero)
        {
            throw new ClusterException(ClusterFault.Usage, $"the time without progress is {_options.StallLimit}: it must be more than zero");
        }
    }

    // What a run that was killed has just done takes gossip a moment to spread: a cluster that is not well is looked at again.
    private async Task<(ClusterObservation Observation, ClusterPlan Plan)> PlanAsync(PlanAsync planAsync, CancellationToken cancellationToken)
    {
        var started = _options.TimeProvider.GetTimestamp();
        for (string? told = null; ;)
        {
            var observation = await ObserveAsync(_seeds, cancellationToken).ConfigureAwait(false);
            var plan = await planAsync(this, observation, cancellationToken).ConfigureAwait(false);
            if (plan.Refusals.FirstOrDefault(refusal => refusal.Kind == RefusalKind.NotWell) is not { } unwell
                || _options.TimeProvider.GetElapsedTime(started) > Patience)
            {
                return (observation, plan);
            }

            if (told != unwell.Message)
            {
                told = unwell.Message;
                Log.Report("the cluster is not well; looking again", told);
            }

            await Task.Delay(Pause, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ClusterObservation> ObserveAsync(IReadOnlyList<NodeEndpoint> from, CancellationToken cancellationToken)
    {
        var observation = await ClusterObserver.ObserveAsync(Pool, from, discover: true, cancellationToken).ConfigureAwait(false);
        return observation.Reachable.Any()
            ? observation
            : throw new ClusterException(ClusterFault.Unreachable, $"no node answers: {Problems.List(observation.Nodes)}");
    }

    private async Task<OperationResult> CarryOutAsync(ClusterPlan plan, ClusterObservation before, CancellationToken cancellationToken)
    {
        using var stall = new StallGuard(_options.StallLimit, _options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellationToken);
        var context = new StepContext(Pool, _options.Connection, _options.TimeProvider, Log, stall);
        var run = new PlanRun(context, _options.StallLimit, _afterStep);
        await run.RunAsync(plan.Phases, null, both.Token, cancellationToken).ConfigureAwait(false);

        // A seed that left is asked no more: it would bring its own empty world into the picture.
        NodeEndpoint[] members = [.. before.Nodes.Select(node => node.Endpoint).Concat(plan.Joining).Except(plan.Leaving)];
        Task<ClusterObservation> Again(CancellationToken token) => ObserveAsync(members, token);
        var (observation, report) = await Settling.CheckAsync(
            await Again(cancellationToken).ConfigureAwait(false), Again, Log, _options.TimeProvider, stall.Token, cancellationToken).ConfigureAwait(false);
        return new(OperationOutcome.Done, plan, run.StepsDone, observation, report, Log.Elapsed);
    }
}
