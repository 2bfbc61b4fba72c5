using System.Globalization;
using NetBox.Tools.Reports;
using Spectre.Console;
using static NetBox.Tools.Output.Screen;

namespace NetBox.Tools.Output;

/// <summary>What names resolve to, as text.</summary>
internal static class DnsText
{
    public static void Write(IAnsiConsole console, DnsReport report)
    {
        console.MarkupLine($"[bold]{Safe(report.Name)}[/]  {Text.Count(report.Addresses.Count, "address", "addresses")} in {Text.Milliseconds(report.TotalMs)}  [dim]asked the system's resolver[/]");
        Write(console, "A   ", report.A);
        Write(console, "AAAA", report.Aaaa);
    }

    public static void Write(IAnsiConsole console, DnsRecordsReport report)
    {
        // An alias on the way comes along with every type.
        var told = new HashSet<DnsRecordReport>();
        var count = report.Answers.SelectMany(answer => answer.Records).Distinct().Count();
        console.MarkupLine(
            $"[bold]{Safe(report.Name)}[/]  {Text.Count(count, "record")} in {Text.Milliseconds(report.TotalMs)}  [dim]asked {Safe(report.Server)}{(report.ServerGiven ? string.Empty : ", this system's name server")}[/]");
        foreach (var answer in report.Answers)
        {
            foreach (var record in answer.Records.Where(told.Add))
            {
                console.MarkupLine(
                    $"  {Safe(record.Type.PadRight(5))}  {Safe(record.Value)}  [dim]{Safe(record.Name)}, ttl {record.TtlSeconds.ToString(CultureInfo.InvariantCulture)} s, {Text.Milliseconds(answer.Ms)}[/]");
            }

            if (answer.Error is { } error)
            {
                console.MarkupLine($"  {answer.Type.PadRight(5)}  none ({Safe(error)})  [dim]{Text.Milliseconds(answer.Ms)}[/]");
            }
        }
    }

    private static void Write(IAnsiConsole console, string kind, DnsAnswer answer)
    {
        var said = answer.Addresses.Count > 0 ? string.Join("  ", answer.Addresses) : $"none ({answer.Error ?? "no address of that kind"})";
        console.MarkupLine($"  {kind}  {Safe(said)}  [dim]{Text.Milliseconds(answer.Ms)}[/]");
    }
}
