using System.Diagnostics;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace ClusterInit.Worker;

/// <summary>A span for each plan with an event for each step. There is one plan at a time.</summary>
internal sealed class WatchTraces : IDisposable
{
    public const string SourceName = WatchMeters.MeterName;

    /// <summary>The usual limit of a span; beyond it exporters drop events.</summary>
    private const int MostEvents = 128;

    private readonly ActivitySource _source = new(SourceName);
    private Activity? _plan;
    private int _events;

    public void Started(ReconcileDecision decision)
    {
        _events = 0;
        _plan = _source.StartActivity(
            ActivityKind.Internal, tags: [new("cluster.plan.kind", decision.Kind.ToString()), new("cluster.plan.reason", decision.Diagnosis)], name: $"plan {decision.Operation}");
    }

    public void StepDone(ClusterProgress progress)
    {
        if (_plan is { } plan && Interlocked.Increment(ref _events) <= MostEvents)
        {
            plan.AddEvent(new(progress.Message, tags: new() { ["reason"] = progress.Reason }));
        }
    }

    public void Ended(string? problem)
    {
        _plan?.SetStatus(problem is null ? ActivityStatusCode.Ok : ActivityStatusCode.Error, problem);
        _plan?.Dispose();
        _plan = null;
    }

    public void Dispose() => _source.Dispose();
}
