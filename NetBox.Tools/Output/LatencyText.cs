using System.Globalization;
using NetBox.Tools.Reports;
using Spectre.Console;
using static NetBox.Tools.Output.Screen;

namespace NetBox.Tools.Output;

/// <summary>Latencies as text: a row per node and command, with a histogram of one character per bucket.</summary>
internal static class LatencyText
{
    private const string Heights = " ▁▂▃▄▅▆▇█";

    public static void Write(IAnsiConsole console, LatencyReport report)
    {
        var table = Columns("NODE", "ROLE", "COMMAND", "MIN", "P50", "P90", "P99", "MAX", "HISTOGRAM (each step twice as long)");
        foreach (var node in report.Nodes)
        {
            foreach (var series in node.Commands)
            {
                table.AddRow(
                    Safe(node.Address), node.Role, Safe(series.Command),
                    Ms(series.MinMs), Ms(series.P50Ms), Ms(series.P90Ms), Ms(series.P99Ms), Ms(series.MaxMs), Histogram(series.Histogram));
            }
        }

        console.Write(table);
        foreach (var node in report.Nodes.Where(node => node.Problem is not null))
        {
            console.MarkupLine($"[red]{Safe(node.Address)}[/]: {Safe(node.Problem)}");
        }
    }

    private static string Histogram(IReadOnlyList<LatencyBucket> buckets)
    {
        var most = buckets.Max(bucket => bucket.Count);
        var bars = buckets.Select(bucket => Heights[bucket.Count == 0 ? 0 : 1 + ((Heights.Length - 2) * bucket.Count / most)]);
        return string.Create(CultureInfo.InvariantCulture, $"{string.Concat(bars)} to {buckets[^1].UpToMs:0.###} ms");
    }

    private static string Ms(double milliseconds) => milliseconds.ToString("0.000", CultureInfo.InvariantCulture);
}
