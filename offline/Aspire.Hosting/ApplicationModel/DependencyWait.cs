using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>WaitFor, WaitForStart and WaitForCompletion: all of a resource's waits at once.</summary>
internal sealed class DependencyWait(ResourceNotificationService notifications, ResourceLoggerService loggers)
{
    public static bool IsUnavailable(CustomResourceSnapshot snapshot) =>
        snapshot.State?.Text is { } text
        && (KnownResourceStates.TerminalStates.Contains(text) || text == KnownResourceStates.RuntimeUnhealthy);

    public async Task RunAsync(IResource resource, CancellationToken cancellationToken)
    {
        WaitAnnotation[] waits = [.. resource.Annotations.OfType<WaitAnnotation>().Where(w => w.Resource is not IResourceWithoutLifetime)];
        if (waits is [])
        {
            return;
        }

        await notifications.PublishUpdateAsync(resource, s => s.State?.Text is null || s.State.Text == KnownResourceStates.NotStarted || s.State.Text == KnownResourceStates.Starting
            ? s with { State = KnownResourceStates.Waiting }
            : s).ConfigureAwait(false);
        await Task.WhenAll(waits.SelectMany(w => w.Resource.InstanceNames().Select(id => OneAsync(resource, w, id, cancellationToken)))).ConfigureAwait(false);
    }

    private async Task OneAsync(IResource resource, WaitAnnotation wait, string id, CancellationToken cancellationToken)
    {
        var logger = loggers.GetLogger(resource);
        var behavior = wait.WaitBehavior ?? notifications.DefaultWaitBehavior;
        if (wait.WaitType == WaitType.WaitForCompletion)
        {
            DependencyLog.Completion(logger, wait.Resource.Name);
            await CompletionAsync(resource, wait, id, logger, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            DependencyLog.Running(logger, wait.Resource.Name);
            await RunningAsync(resource, wait, id, behavior, logger, cancellationToken).ConfigureAwait(false);
            if (wait.WaitType == WaitType.WaitUntilHealthy)
            {
                await HealthyAsync(wait, id, logger, cancellationToken).ConfigureAwait(false);
            }
        }

        DependencyLog.Done(logger, wait.Resource.Name);
    }

    private async Task RunningAsync(IResource resource, WaitAnnotation wait, string id, WaitBehavior behavior, ILogger logger, CancellationToken cancellationToken)
    {
        var stops = behavior == WaitBehavior.StopOnResourceUnavailable;
        var found = await notifications.WaitAsync(
            wait.Resource.Name,
            e => e.ResourceId == id && (e.Snapshot.State?.Text == KnownResourceStates.Running || (stops && IsUnavailable(e.Snapshot))),
            "reach the 'Running' state",
            cancellationToken).ConfigureAwait(false);
        var state = found.Snapshot.State!.Text;
        if (state == KnownResourceStates.Running)
        {
            return;
        }

        if (state == KnownResourceStates.FailedToStart)
        {
            throw FailedToStart(resource, wait, logger);
        }

        DependencyLog.Premature(logger, wait.Resource.Name, state);
        throw new DistributedApplicationException(
            $"Resource '{resource.Name}' stopped waiting for dependency resource '{wait.Resource.Name}' because it entered the '{state}' state prematurely.");
    }

    private async Task HealthyAsync(WaitAnnotation wait, string id, ILogger logger, CancellationToken cancellationToken)
    {
        if (wait.Resource.Annotations.OfType<HealthCheckAnnotation>().Any())
        {
            DependencyLog.Healthy(logger, wait.Resource.Name);
            await notifications.WaitAsync(
                wait.Resource.Name, e => e.ResourceId == id && e.Snapshot.HealthStatus == HealthStatus.Healthy, "become healthy", cancellationToken).ConfigureAwait(false);
        }

        await notifications.WaitForReadyHandlersAsync(wait.Resource.Name, id, cancellationToken).ConfigureAwait(false);
    }

    private async Task CompletionAsync(IResource resource, WaitAnnotation wait, string id, ILogger logger, CancellationToken cancellationToken)
    {
        var found = await notifications.WaitAsync(
            wait.Resource.Name,
            e => e.ResourceId == id && (e.Snapshot.ExitCode is not null || KnownResourceStates.TerminalStates.Contains(e.Snapshot.State?.Text ?? string.Empty)),
            "reach a terminal state",
            cancellationToken).ConfigureAwait(false);
        var state = found.Snapshot.State?.Text;
        if (state == KnownResourceStates.FailedToStart)
        {
            throw FailedToStart(resource, wait, logger);
        }

        if (found.Snapshot.ExitCode is { } code && code != wait.ExitCode)
        {
            DependencyLog.ExitCode(logger, wait.Resource.Name, state, code, wait.ExitCode);
            throw new DistributedApplicationException(
                $"Resource '{resource.Name}' stopped waiting for dependency resource '{wait.Resource.Name}' because it entered the '{state}' state with exit code '{code}', expected '{wait.ExitCode}'.");
        }
    }

    private static DistributedApplicationException FailedToStart(IResource resource, WaitAnnotation wait, ILogger logger)
    {
        DependencyLog.FailedToStart(logger, wait.Resource.Name);
        return new DistributedApplicationException($"Resource '{resource.Name}' stopped waiting for dependency resource '{wait.Resource.Name}' because it failed to start.");
    }
}

internal static partial class DependencyLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for resource '{Name}' to enter the 'Running' state.")]
    public static partial void Running(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for resource '{Name}' to become healthy.")]
    public static partial void Healthy(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for resource '{Name}' to complete.")]
    public static partial void Completion(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Finished waiting for resource '{Name}'.")]
    public static partial void Done(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "Dependency resource '{Name}' failed to start.")]
    public static partial void FailedToStart(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "Resource '{Name}' has entered the '{State}' state prematurely.")]
    public static partial void Premature(ILogger logger, string name, string state);

    [LoggerMessage(Level = LogLevel.Error, Message = "Resource '{Name}' has entered the '{State}' state with exit code '{Code}' expected '{Expected}'.")]
    public static partial void ExitCode(ILogger logger, string name, string? state, int code, int expected);
}
