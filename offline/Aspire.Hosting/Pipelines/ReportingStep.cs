using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Pipelines;

/// <summary>A step that tells what it does through the log.</summary>
internal sealed class ReportingStep(string title, ILogger logger) : IReportingStep
{
    public Task<IReportingTask> CreateTaskAsync(string statusText, CancellationToken cancellationToken = default)
    {
        PipelineLog.Status(logger, LogLevel.Information, title, statusText);
        return Task.FromResult<IReportingTask>(new ReportingTask(title, logger));
    }

    public void Log(LogLevel logLevel, string message) => PipelineLog.Status(logger, logLevel, title, message);

    public Task CompleteAsync(string completionText, CompletionState completionState = CompletionState.Completed, CancellationToken cancellationToken = default) =>
        PipelineLog.CompleteAsync(logger, title, completionText, completionState);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class ReportingTask(string title, ILogger logger) : IReportingTask
    {
        public Task UpdateAsync(string statusText, CancellationToken cancellationToken = default)
        {
            PipelineLog.Status(logger, LogLevel.Information, title, statusText);
            return Task.CompletedTask;
        }

        public Task CompleteAsync(string? completionMessage = null, CompletionState completionState = CompletionState.Completed, CancellationToken cancellationToken = default) =>
            PipelineLog.CompleteAsync(logger, title, completionMessage, completionState);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

internal static partial class PipelineLog
{
    [LoggerMessage(Message = "({Step}) {Text}")]
    public static partial void Status(ILogger logger, LogLevel level, string step, string text);

    [LoggerMessage(Level = LogLevel.Error, Message = "Step '{Step}' failed.")]
    public static partial void StepFailed(ILogger logger, string step, Exception? exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pipeline execution failed: {Reason}")]
    public static partial void PipelineFailed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Published manifest to: {ManifestPath}")]
    public static partial void Published(ILogger logger, string manifestPath);

    public static Task CompleteAsync(ILogger logger, string step, string? text, CompletionState state)
    {
        if (!string.IsNullOrEmpty(text))
        {
            var level = state switch
            {
                CompletionState.CompletedWithError => LogLevel.Error,
                CompletionState.CompletedWithWarning => LogLevel.Warning,
                _ => LogLevel.Information,
            };
            Status(logger, level, step, text);
        }

        return Task.CompletedTask;
    }
}
