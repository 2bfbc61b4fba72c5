using System.Globalization;
using NetBox.Tools.Reports;
using Spectre.Console;
using static NetBox.Tools.Output.Screen;

namespace NetBox.Tools.Output;

/// <summary>Connections as text: each try of a single target, a row per target of several.</summary>
internal static class TcpText
{
    public static void Write(IAnsiConsole console, TcpTargetsReport report)
    {
        if (report.Targets is [var only])
        {
            Write(console, only);
        }
        else
        {
            WriteTable(console, report.Targets);
        }

        foreach (var target in report.Targets.Where(target => target.Cure is not null))
        {
            console.MarkupLine($"{Safe(target.Target)}: {Safe(ReasonOf(target))}");
            console.MarkupLine($"  [dim]cure:[/] {Safe(target.Cure)}");
        }
    }

    private static void Write(IAnsiConsole console, TcpReport report)
    {
        console.MarkupLine($"[bold]{Safe(report.Target)}[/]  {Safe(string.Join(", ", report.Addresses))}");
        foreach (var attempt in report.Attempts)
        {
            console.MarkupLine(attempt.Ok
                ? $"  {Number(attempt.Sequence)}  [green]connected[/] to {Safe(attempt.Address)} in {Text.Milliseconds(attempt.Ms)}"
                : $"  {Number(attempt.Sequence)}  [red]failed[/] at {Safe(attempt.Address)} after {Text.Milliseconds(attempt.Ms)}: {Safe(attempt.Error)}");
        }

        ProbeText.Write(console, report.Summary, "connected");
    }

    private static void WriteTable(IAnsiConsole console, IReadOnlyList<TcpReport> targets)
    {
        var table = Columns("TARGET", "ADDRESS", "CONNECTED", "MIN", "P50", "P90", "P99", "MAX", "OUTCOME");
        foreach (var target in targets)
        {
            var summary = target.Summary;
            table.AddRow(
                Safe(target.Target), Safe(target.Addresses.Count > 0 ? target.Addresses[0] : "-"),
                string.Create(CultureInfo.InvariantCulture, $"{summary.Ok} of {summary.Sent}"),
                Ms(summary.MinMs), Ms(summary.P50Ms), Ms(summary.P90Ms), Ms(summary.P99Ms), Ms(summary.MaxMs),
                target.Cure is null ? "[green]connected[/]" : $"[red]{OutcomeOf(target)}[/]");
        }

        console.Write(table);
    }

    private static string OutcomeOf(TcpReport target) =>
        target.Attempts.LastOrDefault(attempt => !attempt.Ok)?.Outcome ?? Probes.Outcomes.NameUnknown;

    private static string ReasonOf(TcpReport target) => target.Problem
        ?? string.Create(CultureInfo.InvariantCulture, $"{target.Summary.Failed} of {target.Summary.Sent} failed: {target.Attempts.Last(attempt => !attempt.Ok).Error}");

    private static string Ms(double? milliseconds) => milliseconds?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture).PadLeft(3);
}
