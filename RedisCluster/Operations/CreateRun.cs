using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>One run of a creation: wait, look, plan, do, look again.</summary>
internal sealed class CreateRun(IReadOnlyList<NodeEndpoint> nodes, CreateOptions options, ProgressLog log, AfterStep? afterStep) : IAsyncDisposable
{
    /// <summary>How long a formed cluster may take to be well, when its servers have only just started or a failover is under way.</summary>
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan SettlePause = TimeSpan.FromMilliseconds(100);

    private readonly CreateRequest _request = options.ToRequest(nodes);
    private readonly NodePool _pool = new(options.Connection);
    private int _stepsDone;

    public async Task<CreateResult> RunAsync(CancellationToken cancellationToken)
    {
        // Planning from nothing finds what is wrong with the request itself, before anyone waits for nodes.
        var blind = CreatePlanner.Plan(new([], options.TimeProvider.GetUtcNow()), _request);
        if (blind.Refusals is [{ Kind: RefusalKind.BadRequest }, ..])
        {
            throw Refused(blind);
        }

        using var deadline = new CancellationTokenSource(options.Deadline, options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var waiting = new NodeWait(_pool, options, log, seen => CreatePlanner.Plan(seen, _request).Outcome == PlanOutcome.AlreadyFormed);
        TimeSpan? waited = null;
        while (true)
        {
            var observation = await waiting.ForAllAsync(nodes, both.Token, cancellationToken).ConfigureAwait(false);
            waited ??= log.Elapsed;
            var plan = CreatePlanner.Plan(observation, _request);
            if (plan.Outcome == PlanOutcome.Refused)
            {
                throw Refused(plan);
            }

            foreach (var warning in plan.Warnings)
            {
                log.Report($"warning: {warning}");
            }

            try
            {
                await CarryOutAsync(plan, both.Token, cancellationToken).ConfigureAwait(false);
                return await ConcludeAsync(plan, observation, waited.Value, deadline.Token, cancellationToken).ConfigureAwait(false);
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

    private static ClusterException Refused(CreatePlan plan)
    {
        var first = plan.Refusals[0];
        var more = plan.Refusals.Length > 1 ? $" (and {plan.Refusals.Length - 1} more of the kind)" : "";
        return new(
            first.Kind switch
            {
                RefusalKind.BadRequest or RefusalKind.NotClusterMode or RefusalKind.Unsupported => ClusterFault.Usage,
                RefusalKind.Unreachable or RefusalKind.AccessDenied => ClusterFault.Unreachable,
                _ => ClusterFault.Refused,
            },
            first.Message + more);
    }

    private async Task CarryOutAsync(CreatePlan plan, CancellationToken token, CancellationToken ofCaller)
    {
        var runner = new StepRunner(_pool, plan, options.TimeProvider, log);
        var putBack = true;
        try
        {
            foreach (var phase in plan.Phases)
            {
                await CarryOutAsync(runner, phase, token).ConfigureAwait(false);
            }

            putBack = false;
        }
        catch (InjectedKillException)
        {
            putBack = false;
            throw;
        }
        catch (OperationCanceledException) when (!ofCaller.IsCancellationRequested)
        {
            throw new ClusterException(
                ClusterFault.Faults, $"not done within {options.Deadline.TotalSeconds:0.###} s: {runner.Obstacle}; run it again to go on from here");
        }
        catch (RespServerException error)
        {
            throw new ClusterException(ClusterFault.Faults, $"{error.Message}; look at the node, then run it again to go on from here", error);
        }
        finally
        {
            if (putBack)
            {
                await runner.PutBackTimeoutsAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task CarryOutAsync(StepRunner runner, PlanPhase phase, CancellationToken token)
    {
        if (afterStep is not null)
        {
            foreach (var step in phase.Steps)
            {
                await CarryOutAsync(runner, step, token).ConfigureAwait(false);
                afterStep(_stepsDone, step);
            }

            return;
        }

        using var phaseEnd = CancellationTokenSource.CreateLinkedTokenSource(token);
        var ofNodes = phase.Steps.GroupBy(StepRunner.NodeOf).Select(async steps =>
        {
            try
            {
                foreach (var step in steps)
                {
                    await CarryOutAsync(runner, step, phaseEnd.Token).ConfigureAwait(false);
                }
            }
            catch
            {
                // One node's failure ends the phase: the others need not wait for the deadline.
                await phaseEnd.CancelAsync().ConfigureAwait(false);
                throw;
            }
        });
        await AllAsync([.. ofNodes]).ConfigureAwait(false);
    }

    // Like WhenAll, but what ended the others matters more than that they were ended.
    private static async Task AllAsync(Task[] tasks)
    {
        try
        {
            await Task.WhenAll(tasks).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            if (tasks.FirstOrDefault(task => task.IsFaulted) is { } cause)
            {
                await cause.ConfigureAwait(false);
            }

            throw;
        }
    }

    private async Task CarryOutAsync(StepRunner runner, PlanStep step, CancellationToken token)
    {
        await runner.RunAsync(step, token).ConfigureAwait(false);
        Interlocked.Increment(ref _stepsDone);
        log.Report(step.Describe(), step.Reason);
    }

    private async Task<CreateResult> ConcludeAsync(
        CreatePlan plan, ClusterObservation before, TimeSpan waited, CancellationToken deadline, CancellationToken ofCaller)
    {
        using var limit = new CancellationTokenSource(SettleLimit, options.TimeProvider);
        var observation = plan.Phases.IsEmpty ? before : await ClusterObserver.ObserveAsync(_pool, nodes, ofCaller).ConfigureAwait(false);
        var report = ClusterChecker.Check(observation);
        string? told = null;
        while (Unsettled(report) is { } finding && !limit.IsCancellationRequested && !deadline.IsCancellationRequested)
        {
            if (told != finding.Message)
            {
                told = finding.Message;
                log.Report("the cluster is formed, but not well yet", told);
            }

            await Task.Delay(SettlePause, options.TimeProvider, ofCaller).ConfigureAwait(false);
            observation = await ClusterObserver.ObserveAsync(_pool, nodes, ofCaller).ConfigureAwait(false);
            report = ClusterChecker.Check(observation);
        }

        return new(plan.Outcome == PlanOutcome.AlreadyFormed, _stepsDone, observation, report, log.Elapsed, waited);
    }

    // Nodes that are away were waited for before: their return is not what this waits for.
    private static Finding? Unsettled(CheckReport report) =>
        report.Findings.FirstOrDefault(finding => finding.Severity == Severity.Error && finding.Code != FindingCodes.Unreachable);
}
