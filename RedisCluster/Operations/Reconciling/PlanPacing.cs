using RedisCluster.Planning;

namespace RedisCluster.Operations;

/// <summary>When a plan may be tried again: at once where the last one got somewhere, after longer and longer pauses where it did not.</summary>
internal sealed class PlanPacing(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly Dictionary<ReconcileKind, Attempt> _last = [];

    public bool MayTry(ReconcileDecision decision) =>
        !_last.TryGetValue(decision.Kind, out var last)
        || (last.Failures == 0 && last.Plan is not null && last.Plan != decision.Plan)
        || time.GetElapsedTime(last.Ended) >= Pause(last);

    public void Ended(ReconcileDecision decision, bool isDone)
    {
        var before = _last.GetValueOrDefault(decision.Kind);
        var isNew = before is null || (isDone && before.Plan != decision.Plan);
        _last[decision.Kind] = new(decision.Plan, isDone ? 0 : (before?.Failures ?? 0) + 1, isNew ? 1 : before!.Repeats + 1, time.GetTimestamp());
    }

    /// <summary>The cluster is well: what failed before is forgotten.</summary>
    public void Clear() => _last.Clear();

    private static TimeSpan Pause(Attempt last)
    {
        var doublings = Math.Min(6, Math.Max(last.Failures, last.Repeats) - 1);
        var pause = First * (1 << Math.Max(0, doublings));
        return pause < Longest ? pause : Longest;
    }

    private sealed record Attempt(ClusterPlan? Plan, int Failures, int Repeats, long Ended);
}
