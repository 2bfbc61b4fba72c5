using Microsoft.Extensions.Logging;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace ClusterInit.Worker;

/// <summary>What the watch does and why, a line each; what stays the same is not repeated.</summary>
internal sealed partial class WatchLog(ILogger<WatchLog> logger)
{
    private StepLogger? _steps;
    private string? _diagnosis;
    private LeaseStatus? _lease;
    private string? _failure;

    public void Looked(ReconcilerStatus status, string? problem)
    {
        _failure = problem;
        if (_lease?.Holding != status.Lease.Holding || _lease.Detail != status.Lease.Detail)
        {
            _lease = status.Lease;
            LogLease(logger, _lease.Holding, _lease.Detail);
        }

        if (_diagnosis == status.Decision.Diagnosis)
        {
            return;
        }

        _diagnosis = status.Decision.Diagnosis;
        if (status.Decision.Kind == ReconcileKind.LeftAlone)
        {
            LogLeftAlone(logger, _diagnosis);
        }
        else
        {
            LogDiagnosis(logger, status.Decision.Kind, _diagnosis);
        }
    }

    public void Failed(string message)
    {
        if (_failure != message)
        {
            _failure = message;
            LogFailed(logger, message);
        }
    }

    public void PlanStarted(ReconcileDecision decision)
    {
        _steps = new StepLogger(logger);
        LogStart(logger, decision.Operation, decision.Diagnosis);
    }

    public void StepDone(ClusterProgress progress) => _steps?.Report(progress);

    public void PlanEnded(ReconcileDecision decision, TimeSpan elapsed, string? problem)
    {
        if (problem is null)
        {
            LogDone(logger, decision.Operation, elapsed.TotalSeconds);
        }
        else
        {
            LogNotDone(logger, decision.Operation, elapsed.TotalSeconds, problem);
        }
    }

    [LoggerMessage(20, LogLevel.Information, "{Kind}: {Diagnosis}")]
    private static partial void LogDiagnosis(ILogger logger, ReconcileKind kind, string diagnosis);

    [LoggerMessage(21, LogLevel.Warning, "left alone: {Diagnosis}")]
    private static partial void LogLeftAlone(ILogger logger, string diagnosis);

    [LoggerMessage(22, LogLevel.Information, "lease: {Holding} ({Detail})")]
    private static partial void LogLease(ILogger logger, LeaseHolding holding, string detail);

    [LoggerMessage(23, LogLevel.Information, "{Operation} begins: {Reason}")]
    private static partial void LogStart(ILogger logger, string operation, string reason);

    [LoggerMessage(24, LogLevel.Information, "{Operation} done in {Elapsed:0.000} s")]
    private static partial void LogDone(ILogger logger, string operation, double elapsed);

    [LoggerMessage(25, LogLevel.Warning, "{Operation} not done after {Elapsed:0.000} s: {Problem}")]
    private static partial void LogNotDone(ILogger logger, string operation, double elapsed, string problem);

    [LoggerMessage(26, LogLevel.Warning, "a look failed: {Message}")]
    private static partial void LogFailed(ILogger logger, string message);
}
