using Microsoft.Extensions.Diagnostics.HealthChecks;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace ClusterInit.Worker;

/// <summary>Ready: the cluster takes writes on every slot, and was looked at a moment ago. A fault that costs nobody anything yet only degrades.</summary>
internal sealed class WatchHealthCheck(WatchState state, InitializerSettings settings) : IHealthCheck
{
    /// <summary>A look at nodes that do not answer takes its time.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (state is not { Last: { } last, Age: { } age })
        {
            return HealthCheckResult.Unhealthy(state.Problem ?? "the cluster has not been looked at yet");
        }

        if (age > settings.Interval + Slack)
        {
            return HealthCheckResult.Unhealthy($"the cluster was last looked at {age.TotalSeconds:0} s ago");
        }

        var diagnosis = $"{last.Decision.Kind}: {last.Decision.Diagnosis}";
        return !TakesWrites(last) ? HealthCheckResult.Unhealthy(diagnosis)
            : last.Decision.Kind == ReconcileKind.Steady ? HealthCheckResult.Healthy(diagnosis)
            : HealthCheckResult.Degraded(diagnosis);
    }

    // A master that does not answer has its slots until another one has them, and replicas may say fail for a while after their own start.
    private static bool TakesWrites(ReconcilerStatus last) =>
        last.Decision.Summary is { SlotsCovered: HashSlot.Count } summary
        && summary.Shards.Where(shard => !shard.Master.Slots.IsEmpty).All(shard => last.Observation.Find(shard.Master.Id) is { Info.IsOk: true });
}
