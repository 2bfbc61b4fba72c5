using RedisCluster.Operations;
using RedisCluster.Planning;

namespace ClusterInit.Worker;

/// <summary>What the watch saw last. Passes everything on to the log, the meters and the traces.</summary>
internal sealed class WatchState(WatchLog log, WatchMeters meters, WatchTraces traces, TimeProvider time) : IReconcilerObserver
{
    private volatile Seen? _last;
    private volatile string? _problem;
    private volatile string? _problemSinceLook;

    /// <summary>The last look; null before the first one.</summary>
    public ReconcilerStatus? Last => _last?.Status;

    /// <summary>How long ago it ended; null before the first one.</summary>
    public TimeSpan? Age => _last is { } last ? time.GetElapsedTime(last.At) : null;

    /// <summary>What went wrong since the look before the last one; null when nothing did.</summary>
    public string? Problem => _problemSinceLook ?? _problem;

    public void Looked(ReconcilerStatus status)
    {
        _last = new(status, time.GetTimestamp());
        (_problem, _problemSinceLook) = (_problemSinceLook, null);
        meters.Looked(status);
        log.Looked(status, _problem);
    }

    public void Failed(string message)
    {
        _problemSinceLook = message;
        log.Failed(message);
    }

    public void PlanStarted(ReconcileDecision decision)
    {
        log.PlanStarted(decision);
        traces.Started(decision);
    }

    public void StepDone(ClusterProgress progress)
    {
        log.StepDone(progress);
        traces.StepDone(progress);
    }

    public void PhaseDone(ReconcileDecision decision, string phase, TimeSpan elapsed) => meters.PhaseDone(decision.Kind, phase, elapsed);

    public void PlanEnded(ReconcileDecision decision, TimeSpan elapsed, string? problem)
    {
        meters.PlanEnded(decision.Kind, problem is null);
        traces.Ended(problem);
        log.PlanEnded(decision, elapsed, problem);
    }

    private sealed record Seen(ReconcilerStatus Status, long At);
}
