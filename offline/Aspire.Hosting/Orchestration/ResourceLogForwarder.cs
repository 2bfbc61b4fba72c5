using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Where asked for, as tests do, copies the output of resources into the AppHost's own log: AppHost.Resources.NAME.</summary>
internal sealed class ResourceLogForwarder(
    DistributedApplicationOptions options,
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    ILoggerFactory factory,
    IHostEnvironment environment) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.EnableResourceLogging)
        {
            return;
        }

        var followed = new HashSet<string>();
        try
        {
            await foreach (var update in notifications.WatchAsync(stoppingToken).ConfigureAwait(false))
            {
                if (followed.Add(update.ResourceId))
                {
                    _ = ForwardAsync(update.Resource, update.ResourceId, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The application stops.
        }
    }

    private async Task ForwardAsync(IResource resource, string id, CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var logger = factory.CreateLogger($"{environment.ApplicationName}.Resources.{resource.Name}");
        try
        {
            await foreach (var lines in loggers.WatchAsync(id).WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                foreach (var line in lines)
                {
                    if (line.IsErrorMessage)
                    {
                        OrchestrationLog.ErrorLine(logger, line.LineNumber, line.Content);
                    }
                    else
                    {
                        OrchestrationLog.OutputLine(logger, line.LineNumber, line.Content);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The application stops.
        }
    }
}
