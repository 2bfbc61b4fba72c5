namespace NetBox.Tools.Reports;

/// <summary>How long commands took; all times in milliseconds.</summary>
internal sealed record LatencyReport(DateTimeOffset ObservedAt, int Samples, IReadOnlyList<NodeLatency> Nodes);

/// <param name="Address">host:port.</param>
/// <param name="Role">As in <see cref="NodeSummary"/>.</param>
/// <param name="Commands">One series per command; empty where the node could not be measured.</param>
/// <param name="Problem">Why it could not.</param>
internal sealed record NodeLatency(string Address, string Role, IReadOnlyList<LatencySeries> Commands, string? Problem);

/// <summary>One command on one node. The histogram has a bucket per power of two.</summary>
internal sealed record LatencySeries(
    string Command, double MinMs, double P50Ms, double P90Ms, double P99Ms, double MaxMs, IReadOnlyList<LatencyBucket> Histogram)
{
    /// <param name="command">The command's name.</param>
    /// <param name="times">At least one.</param>
    public static LatencySeries Of(string command, IReadOnlyCollection<double> times)
    {
        var sorted = times.Order().ToArray();
        return new(command, Rounded(sorted[0]), Percentiles.At(sorted, 0.5), Percentiles.At(sorted, 0.9), Percentiles.At(sorted, 0.99), Rounded(sorted[^1]), Buckets(sorted));
    }

    // From the first bucket that has any to the last one, so that the picture has no gaps and no margins.
    private static List<LatencyBucket> Buckets(double[] sorted)
    {
        const double Smallest = 1.0 / 64;
        var counts = sorted.GroupBy(time => Math.Max(0, (int)Math.Ceiling(Math.Log2(time / Smallest)))).ToDictionary(group => group.Key, group => group.Count());
        return [.. Enumerable.Range(counts.Keys.Min(), counts.Keys.Max() - counts.Keys.Min() + 1)
            .Select(power => new LatencyBucket(Rounded(Smallest * Math.Pow(2, power)), counts.GetValueOrDefault(power)))];
    }

    private static double Rounded(double milliseconds) => Math.Round(milliseconds, 3);
}

/// <summary>How many took no longer than this, and longer than the bucket before.</summary>
internal sealed record LatencyBucket(double UpToMs, int Count);
