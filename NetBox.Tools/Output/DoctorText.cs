using NetBox.Tools.Reports;
using Spectre.Console;
using static NetBox.Tools.Output.Screen;

namespace NetBox.Tools.Output;

/// <summary>The doctor's report as text: finding, cause, cure.</summary>
internal static class DoctorText
{
    public static void Write(IAnsiConsole console, DoctorReport report)
    {
        foreach (var finding in report.Findings)
        {
            console.MarkupLine($"[{ClusterText.ColourOf(finding.Severity)}]{finding.Severity}[/] [bold]{finding.Code}[/]{(finding.Where.Length > 0 ? $" {Safe(finding.Where)}" : string.Empty)}");
            console.MarkupLine($"  {Safe(finding.Cause)}");
            console.MarkupLine($"  [dim]cure:[/] {Safe(finding.Cure)}");
        }

        if (report.App is { } app)
        {
            console.MarkupLine($"the app answers: {Safe(app)}");
        }

        var what = $"{report.NodesAnswered} of {Text.Count(report.Nodes, "node")} told everything";
        console.MarkupLine(report.Healthy
            ? $"[green]healthy[/]: {what}, {Text.Count(report.Warnings, "warning")}"
            : $"[red]not healthy[/]: {what}, {Text.Count(report.Errors, "error")}, {Text.Count(report.Warnings, "warning")}");
    }
}
