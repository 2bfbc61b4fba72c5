namespace RedisCluster.Operations;

/// <summary>One thing an operation did or is about to do.</summary>
/// <param name="Elapsed">Time since the operation began.</param>
/// <param name="Message">What, in one line.</param>
/// <param name="Reason">Why, in one line; null where there is nothing to add.</param>
/// <param name="Work">How far the whole is; null where that cannot be said.</param>
public sealed record ClusterProgress(TimeSpan Elapsed, string Message, string? Reason = null, WorkDone? Work = null);

/// <summary>How much of a countable whole is done.</summary>
/// <param name="Done">From 0 to <paramref name="Total"/>.</param>
/// <param name="Total">More than 0.</param>
/// <param name="Unit">What is counted, in the plural, such as <c>slots</c>.</param>
public sealed record WorkDone(long Done, long Total, string Unit);
