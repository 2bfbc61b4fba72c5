namespace HitCounter.Api.Counting;

/// <summary>How long to wait before the next attempt: doubling, capped, with jitter so that writers do not return in step.</summary>
internal static class RetryDelay
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(160);

    /// <param name="attempt">The number of attempts that have failed, from 1.</param>
    /// <param name="jitter">From 0 to 1.</param>
    public static TimeSpan After(int attempt, double jitter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        var doubled = First * Math.Pow(2, Math.Min(attempt - 1, 30));
        var capped = doubled < Longest ? doubled : Longest;
        return capped * (0.5 + jitter / 2);
    }
}
