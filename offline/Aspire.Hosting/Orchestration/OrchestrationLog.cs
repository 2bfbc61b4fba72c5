using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

internal static partial class OrchestrationLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Reason}")]
    public static partial void CannotStart(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Resource '{Resource}' failed to start: {Reason}")]
    public static partial void FailedToStart(ILogger logger, string resource, string reason, Exception? exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The URLs of resource '{Resource}' could not be processed: {Reason}")]
    public static partial void UrlsFailed(ILogger logger, string resource, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stopping the resources took longer than {Seconds} s; what is left is ended by the watchdog.")]
    public static partial void StopTooLong(ILogger logger, double seconds);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Health of resource '{Resource}' is {Status}.")]
    public static partial void Health(ILogger logger, string resource, HealthStatus status);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Number}: {Line}")]
    public static partial void OutputLine(ILogger logger, int number, string line);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Number}: {Line}")]
    public static partial void ErrorLine(ILogger logger, int number, string line);
}
