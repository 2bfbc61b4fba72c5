namespace RedisCluster.Operations;

/// <summary>One thing an operation did or is about to do.</summary>
/// <param name="Elapsed">Time since the operation began.</param>
/// <param name="Message">What, in one line.</param>
/// <param name="Reason">Why, in one line; null where there is nothing to add.</param>
public sealed record ClusterProgress(TimeSpan Elapsed, string Message, string? Reason = null);
