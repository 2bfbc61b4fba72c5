using System.Globalization;
using NetBox.Tools.Drills;
using Spectre.Console;
using static NetBox.Tools.Output.Screen;

namespace NetBox.Tools.Output;

/// <summary>Drills as text.</summary>
internal static class DrillText
{
    public static void Write(IAnsiConsole console, DrillPlan plan)
    {
        console.MarkupLine($"[bold]drill {Safe(plan.Kind)}[/], by {Safe(plan.Channel)}:");
        foreach (var (i, step) in plan.Steps.Index())
        {
            console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"  {i + 1}. {Safe(step)}"));
        }

        foreach (var warning in plan.Warnings)
        {
            console.MarkupLine($"  [yellow]note[/]: {Safe(warning)}");
        }
    }

    public static string Line(DrillEvent value, TimeSpan since)
    {
        var seconds = since.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture).PadLeft(8);
        return $"[dim]{seconds} s[/]  {Safe(value.Text)}";
    }

    public static void Write(IAnsiConsole console, DrillReport report)
    {
        console.WriteLine();
        var shards = Columns("SHARD", "GAP", "ACKNOWLEDGED", "STORED", "LOST");
        foreach (var shard in report.Shards)
        {
            shards.AddRow(Safe(shard.Shard), Ms(shard.GapMs), Number(shard.Acknowledged), Number(shard.Stored), Lost(shard.Lost));
        }

        if (report.Shards.Count > 1)
        {
            shards.AddRow("together", Ms(report.GapMs), Number(report.Acknowledged), Number(report.Stored), Lost(report.Lost));
        }

        console.Write(shards);
        console.WriteLine();
        var facts = Columns("", "").HideHeaders();
        facts.AddRow("at best", Safe($"{Text.Milliseconds(report.Floor.Ms)}: {string.Join(", ", report.Floor.Parts.Select(part => $"{Text.Milliseconds(part.Ms)} {part.What}"))}"));
        facts.AddRow("writes again after", Ms(report.Restored.WritesMs));
        facts.AddRow("redundant after", Ms(report.Restored.RedundancyMs));
        facts.AddRow("as before after", Ms(report.Restored.PlacementMs));
        facts.AddRow("repeated", Safe($"{Number(report.Repeated)} (an answer was lost, each is stored once)"));
        facts.AddRow("uncertain", Safe($"{Number(report.Uncertain)} (no answer to the end)"));
        facts.AddRow("failed attempts", report.Errors.Count == 0 ? "none" : Safe(string.Join(", ", report.Errors.Select(error => $"{Number(error.Count)} {error.Kind}"))));
        console.Write(facts);
        foreach (var note in report.Restored.Notes)
        {
            console.MarkupLine($"[yellow]note[/]: {Safe(note)}");
        }

        console.WriteLine();
        console.MarkupLine($"[{(report.Verdict == DrillVerdict.Survived ? "green" : "red")}]{Name(report.Verdict)}[/]: {Safe(report.Summary)}");
    }

    private static string Name(DrillVerdict verdict) => verdict switch
    {
        DrillVerdict.Survived => "survived",
        DrillVerdict.NotRestored => "not restored",
        _ => "lost writes",
    };

    private static string Ms(double? milliseconds) => milliseconds is { } ms ? Text.Milliseconds(ms) : "-";

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static string Lost(long? lost) => lost > 0 ? $"[red]{Number(lost)}[/]" : Number(lost);
}
