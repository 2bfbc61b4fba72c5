using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Runs the commands of resources, on every instance they have.</summary>
public class ResourceCommandService
{
    private readonly ResourceNotificationService _notifications;
    private readonly ResourceLoggerService _loggers;
    private readonly IServiceProvider _services;

    internal ResourceCommandService(ResourceNotificationService notifications, ResourceLoggerService loggers, IServiceProvider services)
    {
        _notifications = notifications;
        _loggers = loggers;
        _services = services;
    }

    public Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resourceId);
        ArgumentNullException.ThrowIfNull(commandName);
        return _notifications.TryGetCurrentState(resourceId, out var found)
            ? ExecuteOneAsync(found.Resource, found.ResourceId, commandName, cancellationToken)
            : Task.FromResult(CommandResults.Failure($"Resource '{resourceId}' not found."));
    }

    public async Task<ExecuteCommandResult> ExecuteCommandAsync(IResource resource, string commandName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(commandName);
        var ids = resource.InstanceNames();
        var results = await Task.WhenAll(ids.Select(id => ExecuteOneAsync(resource, id, commandName, cancellationToken))).ConfigureAwait(false);
        if (results.All(r => r.Success))
        {
            return results[0];
        }

        if (results.All(r => r.Success || r.Canceled))
        {
            return CommandResults.Canceled();
        }

        var failures = ids.Zip(results).Where(r => r.Second is { Success: false, Canceled: false }).Select(r => $"{r.First}: {r.Second.Message}");
        return ids.Length == 1 ? results[0] : CommandResults.Failure($"{results.Count(r => !r.Success)} of {ids.Length} instances failed. {string.Join(" ", failures)}");
    }

    private async Task<ExecuteCommandResult> ExecuteOneAsync(IResource resource, string id, string commandName, CancellationToken cancellationToken)
    {
        // The commands' names before 13.2 are understood as well.
        commandName = commandName is "resource-start" or "resource-stop" or "resource-restart" ? commandName["resource-".Length..] : commandName;
        var logger = _loggers.GetLogger(id);
        if (resource.Annotations.OfType<ResourceCommandAnnotation>().SingleOrDefault(c => c.Name == commandName) is not { } command)
        {
            CommandLog.Missing(logger, commandName, id);
            return CommandResults.Failure($"Command '{commandName}' not available for resource '{id}'.");
        }

        try
        {
            CommandLog.Executing(logger, commandName);
            var context = new ExecuteCommandContext { ResourceName = id, ServiceProvider = _services, CancellationToken = cancellationToken, Logger = logger };
            var result = await command.ExecuteCommand(context).ConfigureAwait(false);
            if (!result.Success && !result.Canceled)
            {
                CommandLog.Failed(logger, commandName, result.Message, null);
            }

            return result;
        }
        catch (OperationCanceledException)
        {
            return CommandResults.Canceled();
        }
        catch (Exception e)
        {
            CommandLog.Failed(logger, commandName, e.Message, e);
            return CommandResults.Failure(e);
        }
    }
}

internal static partial class CommandLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Executing command '{Command}'.")]
    public static partial void Executing(ILogger logger, string command);

    [LoggerMessage(Level = LogLevel.Information, Message = "Command '{Command}' not available for resource '{Resource}'.")]
    public static partial void Missing(ILogger logger, string command, string resource);

    [LoggerMessage(Level = LogLevel.Error, Message = "Error executing command '{Command}': {Reason}")]
    public static partial void Failed(ILogger logger, string command, string? reason, Exception? exception);
}
