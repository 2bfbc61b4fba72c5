using Microsoft.Extensions.Logging;

namespace ClusterInit.Worker;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "cluster {Name}: nodes {Nodes}, replicas per shard {Replicas}, deadline {Deadline}")]
    public static partial void Starting(ILogger logger, string name, int nodes, int replicas, TimeSpan deadline);

    [LoggerMessage(2, LogLevel.Information, "{Elapsed,6:0.000} s  {Step}")]
    public static partial void Step(ILogger logger, double elapsed, string step);

    [LoggerMessage(3, LogLevel.Information, "{Elapsed,6:0.000} s  {Step}, because {Reason}")]
    public static partial void StepBecause(ILogger logger, double elapsed, string step, string reason);

    [LoggerMessage(4, LogLevel.Error, "{Message}")]
    public static partial void Failed(ILogger logger, string message);

    [LoggerMessage(5, LogLevel.Warning, "stopped by {Signal} before the cluster stood; run it again and it goes on from there")]
    public static partial void Interrupted(ILogger logger, string signal);
}
