using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>One run of a creation: wait, look, plan, do, look again.</summary>
internal sealed class CreateRun(IReadOnlyList<NodeEndpoint> nodes, CreateOptions options, ProgressLog log, AfterStep? afterStep) : IAsyncDisposable
{
    private readonly CreateRequest _request = options.ToRequest(nodes);
    private readonly NodePool _pool = new(options.Connection);

    /// <summary>Waits, looks and plans, and leaves it at that.</summary>
    public async Task<CreateProposal> PlanAsync(CancellationToken cancellationToken)
    {
        Validate();
        using var deadline = new CancellationTokenSource(options.Deadline, options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var observation = await Waiting().ForAllAsync(nodes, both.Token, cancellationToken).ConfigureAwait(false);
        var plan = CreatePlanner.Plan(observation, _request);
        return plan.Outcome == PlanOutcome.Refused ? throw Refusals.ToException(plan.Refusals) : new(plan, observation);
    }

    public async Task<CreateResult> RunAsync(CancellationToken cancellationToken)
    {
        Validate();
        using var deadline = new CancellationTokenSource(options.Deadline, options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var waiting = Waiting();
        var run = new PlanRun(new(_pool, options.Connection, options.TimeProvider, log), options.Deadline, afterStep);
        TimeSpan? waited = null;
        while (true)
        {
            var observation = await waiting.ForAllAsync(nodes, both.Token, cancellationToken).ConfigureAwait(false);
            waited ??= log.Elapsed;
            var plan = CreatePlanner.Plan(observation, _request);
            if (plan.Outcome == PlanOutcome.Refused)
            {
                throw Refusals.ToException(plan.Refusals);
            }

            foreach (var warning in plan.Warnings)
            {
                log.Report($"warning: {warning}");
            }

            try
            {
                await run.RunAsync(plan.Phases, plan.Layout, both.Token, cancellationToken).ConfigureAwait(false);
                return await ConcludeAsync(plan, run.StepsDone, observation, waited.Value, deadline.Token, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is RespConnectionException or RespTimeoutException && !both.IsCancellationRequested)
            {
                log.Report($"starting over: {error.Message}", "a node was lost on the way; what is done stays done");
            }
            catch (RespException error)
            {
                throw new ClusterException(ClusterFault.Unreachable, error.Message, error);
            }
            catch (FormatException error)
            {
                throw new ClusterException(ClusterFault.Faults, $"a node's answer makes no sense: {error.Message}", error);
            }
        }
    }

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    // Planning from nothing finds what is wrong with the request itself, before anyone waits for nodes.
    private void Validate()
    {
        var blind = CreatePlanner.Plan(new([], options.TimeProvider.GetUtcNow()), _request);
        if (blind.Refusals is [{ Kind: RefusalKind.BadRequest }, ..])
        {
            throw Refusals.ToException(blind.Refusals);
        }
    }

    private NodeWait Waiting() =>
        new(_pool, options, log, seen => CreatePlanner.Plan(seen, _request).Outcome == PlanOutcome.AlreadyFormed);

    private async Task<CreateResult> ConcludeAsync(
        CreatePlan plan, int stepsDone, ClusterObservation before, TimeSpan waited, CancellationToken deadline, CancellationToken ofCaller)
    {
        Task<ClusterObservation> Again(CancellationToken token) => ClusterObserver.ObserveAsync(_pool, nodes, discover: false, token);
        var (observation, report) = await Settling.CheckAsync(
            plan.Phases.IsEmpty ? before : await Again(ofCaller).ConfigureAwait(false), Again, log, options.TimeProvider, deadline, ofCaller).ConfigureAwait(false);
        return new(plan.Outcome == PlanOutcome.AlreadyFormed, stepsDone, observation, report, log.Elapsed, waited);
    }
}
