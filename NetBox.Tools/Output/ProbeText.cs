using System.Globalization;
using NetBox.Tools.Reports;
using Spectre.Console;
using static NetBox.Tools.Output.Screen;

namespace NetBox.Tools.Output;

/// <summary>The probes' reports as text.</summary>
internal static class ProbeText
{
    public static void Write(IAnsiConsole console, DnsReport report)
    {
        console.MarkupLine($"[bold]{Safe(report.Name)}[/]  {Text.Count(report.Addresses.Count, "address", "addresses")} in {Text.Milliseconds(report.TotalMs)}");
        Write(console, "A   ", report.A);
        Write(console, "AAAA", report.Aaaa);
    }

    public static void Write(IAnsiConsole console, TcpReport report)
    {
        console.MarkupLine($"[bold]{Safe(report.Target)}[/]  {Safe(string.Join(", ", report.Addresses))}");
        foreach (var attempt in report.Attempts)
        {
            console.MarkupLine(attempt.Ok
                ? $"  {Number(attempt.Sequence)}  [green]connected[/] to {Safe(attempt.Address)} in {Text.Milliseconds(attempt.Ms)}"
                : $"  {Number(attempt.Sequence)}  [red]failed[/] at {Safe(attempt.Address)} after {Text.Milliseconds(attempt.Ms)}: {Safe(attempt.Error)}");
        }

        Write(console, report.Summary, "connected");
    }

    public static void Write(IAnsiConsole console, string url, HttpAttempt attempt, bool single)
    {
        if (!single)
        {
            console.MarkupLine($"  {Number(attempt.Sequence)}  {Status(attempt)}  {Text.Milliseconds(attempt.Phases.TotalMs)}  {Safe(FirstLine(attempt.Body))}");
            return;
        }

        console.MarkupLine($"GET [bold]{Safe(url)}[/]  {Status(attempt)}");
        console.MarkupLine($"  [dim]{Safe(PhasesOf(attempt.Phases))}[/]");
        console.MarkupLine($"  [dim]{Safe($"HTTP/{attempt.Version} from {attempt.RemoteAddress}, {attempt.ContentType ?? "no content type"}, {attempt.BodyBytes} bytes{(attempt.BodyTruncated ? " (cut off)" : "")}")}[/]");
        if (attempt.Body is { Length: > 0 } body)
        {
            console.WriteLine(Printable(body).TrimEnd('\r', '\n'));
        }
    }

    public static void Write(IAnsiConsole console, ProbeSummary summary, string verb)
    {
        var times = summary is { MinMs: { } min, AvgMs: { } avg, MaxMs: { } max }
            ? $", min {Text.Milliseconds(min)}, avg {Text.Milliseconds(avg)}, max {Text.Milliseconds(max)}"
            : string.Empty;
        console.MarkupLine($"{summary.Ok} of {summary.Sent} {verb}{times}");
    }

    private static void Write(IAnsiConsole console, string kind, DnsAnswer answer)
    {
        var said = answer.Addresses.Count > 0 ? string.Join("  ", answer.Addresses) : $"none ({answer.Error ?? "no address of that kind"})";
        console.MarkupLine($"  {kind}  {Safe(said)}  [dim]{Text.Milliseconds(answer.Ms)}[/]");
    }

    private static string Status(HttpAttempt attempt) => attempt.Status is { } status
        ? $"[{(attempt.Ok ? "green" : "red")}]{status.ToString(CultureInfo.InvariantCulture)} {Safe(attempt.Reason)}[/]"
        : $"[red]failed[/]: {Safe(attempt.Error)}";

    private static string PhasesOf(HttpPhases phases)
    {
        (string Name, double? Ms)[] parts =
        [
            ("dns", phases.DnsMs), ("connect", phases.ConnectMs), ("tls", phases.TlsMs), ("first byte", phases.FirstByteMs), ("body", phases.BodyMs),
        ];
        return string.Join(" · ", parts.Where(p => p.Ms is not null).Select(p => $"{p.Name} {Text.Milliseconds(p.Ms!.Value)}"))
            + $" · total {Text.Milliseconds(phases.TotalMs)}";
    }

    private static string FirstLine(string? body)
    {
        const int Most = 100;
        var line = (body ?? string.Empty).AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        line = end < 0 ? line : line[..end];
        return line.Length > Most ? $"{line[..Most]}..." : line.ToString();
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture).PadLeft(3);
}
