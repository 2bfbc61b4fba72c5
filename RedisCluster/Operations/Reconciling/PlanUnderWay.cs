using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>A plan that is being carried out while the looks go on. Ends by itself when the lease runs out that it was started under.</summary>
internal sealed class PlanUnderWay : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _expired;

    public PlanUnderWay(
        ReconcileDecision decision, IReadOnlyList<NodeEndpoint> nodes, ReconcilerOptions options, IReconcilerObserver observer, AfterStep? afterStep, CancellationToken token)
    {
        Decision = decision;
        _expired = new CancellationTokenSource(Timeout.InfiniteTimeSpan, options.TimeProvider);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(token, _expired.Token);
        Ended = CarryOutAsync(nodes, options, observer, afterStep);
    }

    public ReconcileDecision Decision { get; }

    /// <summary>Ends with null when everything was done, else with the reason; never fails, except where a test kills it.</summary>
    public Task<string?> Ended { get; }

    /// <summary>The plan may go on for this long.</summary>
    public void Extend(TimeSpan time) => _expired.CancelAfter(time);

    public void Stop() => _stop.Cancel();

    /// <summary>Stops it if it still goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Ended.ConfigureAwait(false);
        _stop.Dispose();
        _expired.Dispose();
    }

    private async Task<string?> CarryOutAsync(IReadOnlyList<NodeEndpoint> nodes, ReconcilerOptions options, IReconcilerObserver observer, AfterStep? afterStep)
    {
        await Task.Yield();
        var log = new ProgressLog(new Forwarder(observer), options.TimeProvider);
        observer.PlanStarted(Decision);
        string? problem = null;
        try
        {
            await (Decision.Plan is { } plan
                ? CarryOutAsync(plan, options, observer, log, afterStep)
                : FixAsync(nodes, options, observer, afterStep)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            problem = _expired.IsCancellationRequested ? "stopped: the lease was lost" : "stopped";
        }
        catch (Exception error) when (error is ClusterException or RespException or FormatException)
        {
            problem = error.Message;
        }
        catch (Exception error) when (error is not InjectedKillException)
        {
            // A fault of ours must not end the watch; the type is what helps to find it.
            problem = $"{error.GetType().Name}: {error.Message}";
        }

        observer.PlanEnded(Decision, log.Elapsed, problem);
        return problem;
    }

    private async Task CarryOutAsync(ClusterPlan plan, ReconcilerOptions options, IReconcilerObserver observer, ProgressLog log, AfterStep? afterStep)
    {
        var pool = new NodePool(options.Connection);
        await using var _ = pool.ConfigureAwait(false);
        using var stall = new StallGuard(options.StallLimit, options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, _stop.Token);
        var context = new StepContext(pool, options.Connection, options.TimeProvider, log, stall);
        var run = new PlanRun(context, options.StallLimit, afterStep)
        {
            PhaseDone = (phase, elapsed) => observer.PhaseDone(Decision, phase.Name, elapsed),
        };
        await run.RunAsync(plan.Phases, Decision.Layout, both.Token, _stop.Token).ConfigureAwait(false);
    }

    // Which keys are where is counted first, and the plan is made of that.
    private async Task FixAsync(IReadOnlyList<NodeEndpoint> nodes, ReconcilerOptions options, IReconcilerObserver observer, AfterStep? afterStep)
    {
        var how = new OperationOptions { Connection = options.Connection, StallLimit = options.StallLimit, TimeProvider = options.TimeProvider };
        await ClusterFix.RunAsync(nodes, new FixRequest(), how, new Forwarder(observer), afterStep, _stop.Token).ConfigureAwait(false);
    }

    private sealed class Forwarder(IReconcilerObserver observer) : IProgress<ClusterProgress>
    {
        public void Report(ClusterProgress value) => observer.StepDone(value);
    }
}
