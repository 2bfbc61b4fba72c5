using HitCounter.Api.Counting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HitCounter.Api.Store;

/// <summary>
/// Ready: the master that owns the counter answers. During a failover the service stays ready, degraded, because requests
/// wait for its end and succeed; beyond the bound it is not, nor before the store has answered once.
/// </summary>
internal sealed class StoreHealthCheck(
    IHitStore store, HitCounting counting, ReplicaWatch replicas, HitCounterOptions options, TimeProvider time) : IHealthCheck
{
    private readonly Lock _gate = new();
    private long? _lastAnswer;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.AttemptTimeout);
        try
        {
            await store.ReadAsync(default, limit.Token);
        }
        catch (StoreFaultException fault)
        {
            return NoAnswer(fault.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return NoAnswer($"no answer within {options.AttemptTimeout.TotalMilliseconds:0} ms");
        }

        lock (_gate)
        {
            _lastAnswer = time.GetTimestamp();
        }

        return counting.StoreAway
            ? HealthCheckResult.Unhealthy("The store answers but does not confirm writes.")
            : replicas.Degraded
                ? HealthCheckResult.Degraded("The counter's master has no replica: hits are answered that only it has.")
                : HealthCheckResult.Healthy();
    }

    private HealthCheckResult NoAnswer(string reason)
    {
        lock (_gate)
        {
            return _lastAnswer is { } last && time.GetElapsedTime(last) < options.EffectiveFailoverWait && !counting.StoreAway
                ? HealthCheckResult.Degraded($"The store does not answer at the moment: {reason}")
                : HealthCheckResult.Unhealthy($"The store is away: {reason}");
        }
    }
}
