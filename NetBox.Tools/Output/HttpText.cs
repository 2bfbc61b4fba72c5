using System.Globalization;
using NetBox.Tools.Reports;
using Spectre.Console;
using static NetBox.Tools.Output.Screen;

namespace NetBox.Tools.Output;

/// <summary>Requests as text: a single one in full, of several a line each.</summary>
internal static class HttpText
{
    public static void Write(IAnsiConsole console, HttpReport report, bool withHeaders)
    {
        var attempt = report.Requests[0];
        console.MarkupLine($"{Safe(report.Method)} [bold]{Safe(report.Url)}[/]  {Status(attempt)}");
        console.MarkupLine($"  [dim]{Safe(PhasesOf(attempt.Phases))}[/]");
        console.MarkupLine($"  [dim]{Safe($"HTTP/{attempt.Version} from {attempt.RemoteAddress}{(attempt.Tls is { } tls ? $" over {tls}" : "")}, {attempt.ContentType ?? "no content type"}, {attempt.BodyBytes} bytes{(attempt.BodyTruncated ? " (cut off)" : "")}")}[/]");
        foreach (var header in withHeaders ? attempt.Headers : [])
        {
            console.MarkupLine($"  {Safe(header.Name)}: {Safe(header.Value)}");
        }

        if (attempt.Body is { Length: > 0 } body)
        {
            console.WriteLine(Printable(body).TrimEnd('\r', '\n'));
        }
    }

    /// <summary>One of several: what differs from the one before is marked with a star, what is the same with an equals sign.</summary>
    public static void WriteLine(IAnsiConsole console, HttpAttempt attempt)
    {
        var mark = attempt.Changed switch { null => " ", true => "*", false => "=" };
        var said = Safe(FirstLine(attempt.Body));
        console.MarkupLine(
            $"  {attempt.Sequence.ToString(CultureInfo.InvariantCulture).PadLeft(3)}  {Status(attempt)}  {Text.Milliseconds(attempt.Phases.TotalMs)}  {mark} {(attempt.Changed == false ? $"[dim]{said}[/]" : said)}");
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
}
