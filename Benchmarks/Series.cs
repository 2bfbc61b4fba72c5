using System.Globalization;

namespace RedisClusterAspire.Benchmarks;

/// <summary>Times of one thing measured several times.</summary>
internal sealed record Series(string Name, IReadOnlyList<TimeSpan> Times)
{
    public double Median
    {
        get
        {
            var sorted = Times.Select(time => time.TotalSeconds).Order().ToArray();
            return sorted.Length % 2 == 1
                ? sorted[sorted.Length / 2]
                : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
        }
    }

    /// <summary>A row of a Markdown table: name, median, range, and the ratio to what a user would use instead.</summary>
    public string Row(Series? beside = null) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Name} | {Median:0.00} | {Times.Min().TotalSeconds:0.00}-{Times.Max().TotalSeconds:0.00} | {(beside is null ? "1" : (Median / beside.Median).ToString("0.00", CultureInfo.InvariantCulture))} |");
}
