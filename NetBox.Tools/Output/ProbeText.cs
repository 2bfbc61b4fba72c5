using NetBox.Tools.Reports;
using Spectre.Console;

namespace NetBox.Tools.Output;

/// <summary>What all probes end with.</summary>
internal static class ProbeText
{
    public static void Write(IAnsiConsole console, ProbeSummary summary, string verb)
    {
        var times = summary is { MinMs: { } min, P50Ms: { } half, P90Ms: { } most, P99Ms: { } nearlyAll, MaxMs: { } max }
            ? $", min {Text.Milliseconds(min)}, p50 {Text.Milliseconds(half)}, p90 {Text.Milliseconds(most)}, p99 {Text.Milliseconds(nearlyAll)}, max {Text.Milliseconds(max)}"
            : string.Empty;
        console.MarkupLine($"{summary.Ok} of {summary.Sent} {verb}{times}");
    }
}
