using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration.Health;

/// <summary>Runs the health checks of every resource that runs, and tells when it is ready for the first time.</summary>
internal sealed class HealthMonitor(
    ResourceNotificationService notifications,
    HealthCheckService checks,
    IDistributedApplicationEventing eventing,
    TimeProvider time,
    ILogger<HealthMonitor> logger,
    IServiceProvider services) : BackgroundService
{
    private readonly Dictionary<IResource, CancellationTokenSource> _monitored = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var update in notifications.WatchAsync(stoppingToken).ConfigureAwait(false))
            {
                Follow(update, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The application stops.
        }
    }

    private void Follow(ResourceEvent update, CancellationToken stoppingToken)
    {
        var state = update.Snapshot.State?.Text;
        var resource = update.Resource;
        if (state == KnownResourceStates.Running && !_monitored.ContainsKey(resource))
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            _monitored.Add(resource, stop);
            _ = Task.Run(() => MonitorAsync(resource, stop.Token), CancellationToken.None);
        }
        else if (IsOver(state) && _monitored.TryGetValue(resource, out var stop) && resource.InstanceNames().All(IsOverNow))
        {
            _monitored.Remove(resource);
            stop.Cancel();
            stop.Dispose();
        }
    }

    private bool IsOverNow(string id) => notifications.TryGetCurrentState(id, out var current) && IsOver(current.Snapshot.State?.Text);

    private static bool IsOver(string? state) => state is not null && KnownResourceStates.TerminalStates.Contains(state);

    private async Task MonitorAsync(IResource resource, CancellationToken cancellationToken)
    {
        var keys = resource.Annotations.OfType<HealthCheckAnnotation>().Select(c => c.Key).ToHashSet();
        if (keys.Count == 0)
        {
            await TellReadyAsync(resource, cancellationToken).ConfigureAwait(false);
            return;
        }

        var toldReady = false;
        var unhealthySince = time.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var report = await CheckAsync(keys, cancellationToken).ConfigureAwait(false);
                OrchestrationLog.Health(logger, resource.Name, report.Status);
                var at = time.GetUtcNow().UtcDateTime;
                await notifications.PublishUpdateAsync(resource, s => s with { HealthReports = HealthReports.Merge(s.HealthReports, report, at) }).ConfigureAwait(false);

                var healthy = report.Status == HealthStatus.Healthy;
                if (healthy && !toldReady)
                {
                    toldReady = true;
                    _ = TellReadyAsync(resource, cancellationToken);
                }

                var pause = healthy ? PollSchedule.Healthy : PollSchedule.Next(time.GetElapsedTime(unhealthySince));
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
                unhealthySince = healthy ? time.GetTimestamp() : unhealthySince;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task<HealthReport> CheckAsync(HashSet<string> keys, CancellationToken cancellationToken)
    {
        try
        {
            return await checks.CheckHealthAsync(r => keys.Contains(r.Name), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception ex) when (!cancellationToken.IsCancellationRequested)
        {
            // A check that cannot even be made: nobody knows which, so all of them are to blame.
            var entry = new HealthReportEntry(HealthStatus.Unhealthy, "The health check could not be run.", TimeSpan.Zero, ex, data: null);
            return new HealthReport(keys.ToDictionary(k => k, _ => entry), TimeSpan.Zero);
        }
    }

    private async Task TellReadyAsync(IResource resource, CancellationToken cancellationToken)
    {
        var handlers = eventing.PublishAsync(new ResourceReadyEvent(resource, services), cancellationToken);
        await handlers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await notifications.PublishUpdateAsync(resource, s => s with { ResourceReady = handlers }).ConfigureAwait(false);
    }
}
