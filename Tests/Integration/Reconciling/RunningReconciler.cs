using System.Collections.Concurrent;
using System.Diagnostics;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace Integration.Reconciling;

/// <summary>A reconciler at work in the test's own process, and what it told.</summary>
internal sealed class RunningReconciler : IReconcilerObserver, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _log = new();
    private readonly ConcurrentQueue<ReconcileKind> _done = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly ClusterKeyLease? _lease;
    private readonly Reconciler _reconciler;
    private readonly Task _run;
    private volatile ReconcilerStatus? _status;

    public RunningReconciler(
        IDesiredClusterSource places, string? holder = null, ReconcilerOptions? options = null, AfterStep? afterStep = null, IReconcilerLease? lease = null)
    {
        options ??= new() { Interval = TimeSpan.FromMilliseconds(500) };
        _lease = holder is null ? null : new(options.Connection, "test", holder, TimeSpan.FromSeconds(3));
        _reconciler = new(places, lease ?? (IReconcilerLease?)_lease ?? new NoLease(), options, this) { AfterStep = afterStep };
        _run = Task.Run(() => _reconciler.RunAsync(_stop.Token));
    }

    public ReconcilerStatus? Status => _status;

    /// <summary>The sorts of plans carried out, in their order.</summary>
    public IReadOnlyCollection<ReconcileKind> Done => _done;

    public string Log => string.Join('\n', _log);

    public void Looked(ReconcilerStatus status)
    {
        if (_status?.Decision.Diagnosis != status.Decision.Diagnosis || _status.Lease.Holding != status.Lease.Holding)
        {
            Note($"{status.Decision.Kind}: {status.Decision.Diagnosis} [lease {status.Lease.Holding}]");
        }

        _status = status;
    }

    public void Failed(string message) => Note($"failed: {message}");

    public void PlanStarted(ReconcileDecision decision) => Note($"start {decision.Kind}");

    public void StepDone(ClusterProgress progress) => Note($"  {progress.Message} ({progress.Reason})");

    public void PhaseDone(ReconcileDecision decision, string phase, TimeSpan elapsed) => Note($"  phase {phase} took {elapsed.TotalSeconds:0.000}");

    public void PlanEnded(ReconcileDecision decision, TimeSpan elapsed, string? problem)
    {
        Note($"end {decision.Kind} {problem}");
        if (problem is null)
        {
            _done.Enqueue(decision.Kind);
        }
    }

    /// <summary>Waits for a look at which the condition holds, and returns it.</summary>
    public async Task<ReconcilerStatus> UntilAsync(Func<ReconcilerStatus, bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        var begun = DateTimeOffset.UtcNow;
        while (true)
        {
            if (_status is { } status && status.Time >= begun && condition(status))
            {
                return status;
            }

            Assert.False(_run.IsFaulted, $"{_run.Exception?.Message}\n{Log}");
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"not seen in time; the log:\n{Log}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until it was killed by the hook, or else for a look at which the condition holds.</summary>
    public async Task UntilEndedOrAsync(Func<ReconcilerStatus, bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!_run.IsCompleted && !(_status is { UnderWay: null } status && condition(status)))
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"not seen in time; the log:\n{Log}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public Task<ReconcilerStatus> UntilSteadyAsync() => UntilAsync(status => status.Decision.Kind == ReconcileKind.Steady && status.UnderWay is null);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _run;
        }
        catch (InjectedKillException)
        {
            // What the test wanted.
        }

        if (_lease is not null)
        {
            await _lease.DisposeAsync();
        }

        _stop.Dispose();
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(Log);
        }
    }

    private void Note(string line) => _log.Enqueue($"{Stopwatch.GetElapsedTime(_start).TotalSeconds,7:0.000} {line}");
}
