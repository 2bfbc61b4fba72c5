using System.Globalization;
using NetBox.Tools.Reports;
using Spectre.Console;
using static NetBox.Tools.Output.Screen;

namespace NetBox.Tools.Output;

/// <summary>Ways and what is met on them, as text.</summary>
internal static class PathText
{
    public static void Write(IAnsiConsole console, PathReport report)
    {
        foreach (var leg in report.Legs)
        {
            Write(console, leg);
        }

        foreach (var link in report.Links)
        {
            Write(console, link);
        }

        foreach (var problem in report.Problems)
        {
            console.MarkupLine($"[red]error[/] {Safe(problem.Where)}: {Safe(problem.Cause)}");
            console.MarkupLine($"  [dim]cure:[/] {Safe(problem.Cure)}");
        }

        foreach (var note in report.Notes)
        {
            console.MarkupLine($"[dim]{Safe(note)}[/]");
        }
    }

    public static void Write(IAnsiConsole console, TraceReport report)
    {
        console.MarkupLine(
            $"[bold]{Safe(report.Target)}[/]  {Safe(report.Address)} by {report.Protocol}{(report.Mtu is { } mtu ? $", packets of up to {Number(mtu)} bytes" : string.Empty)}");
        foreach (var hop in report.Hops)
        {
            var times = string.Join("  ", hop.TimesMs.Select(Text.Milliseconds));
            var lost = hop.Lost > 0 && hop.Addresses.Count > 0 ? $"  [dim]{Number(hop.Lost)} lost[/]" : string.Empty;
            console.MarkupLine($"  {Number(hop.Ttl).PadLeft(3)}  {(hop.Addresses.Count == 0 ? "[dim]no answer[/]" : $"{Safe(string.Join(", ", hop.Addresses))}  {times}{lost}")}");
        }

        console.MarkupLine($"[{(report.Reached ? "green" : "red")}]{Safe(report.Verdict)}[/]");
        if (report.Cure is { } cure)
        {
            console.MarkupLine($"  [dim]cure:[/] {Safe(cure)}");
        }
    }

    private static void Write(IAnsiConsole console, PathLeg leg)
    {
        console.MarkupLine($"from here to [bold]{Safe(leg.Target)}[/]: [{(leg.ConnectMs is null ? "red" : "green")}]{leg.Outcome}[/]");
        if (leg.Addresses is not [var only] || !leg.Target.Contains(only, StringComparison.Ordinal))
        {
            console.MarkupLine($"  name       {(leg.Addresses.Count > 0 ? Safe(string.Join(", ", leg.Addresses)) : "has no address")}");
        }

        if (leg.Local is { } local)
        {
            var way = $"from {local} through {leg.Interface ?? "?"}"
                + (leg.Gateway is { } gateway ? $" to the router {gateway}" : string.Empty)
                + (leg.Route is { } route ? $" (route {route})" : " (this machine)");
            console.MarkupLine($"  way        {Safe(way)}");
            console.MarkupLine($"  mtu        {Bytes(leg.InterfaceMtu)} of the interface, {Bytes(leg.PathMtu)} of the whole way as far as known");
        }

        if (leg.ConnectMs is { } connect)
        {
            console.MarkupLine(
                $"  connection in {Text.Milliseconds(connect)}{(leg.RoundTripMs is { } trip ? $", round trip {Text.Milliseconds(trip)}" : string.Empty)}{(leg.SegmentBytes is { } segment ? $", segments of {Number(segment)} bytes" : string.Empty)}");
        }
    }

    private static void Write(IAnsiConsole console, LinkReport link)
    {
        console.MarkupLine(
            $"from [bold]{Safe(link.From)}[/] to [bold]{Safe(link.To)}[/]: {(link.Connected ? "[green]linked[/]" : "[red]not linked[/]")}, takes it for {link.State}");
        console.MarkupLine($"  looks for it at {Safe(link.KnownAt ?? "no address")}, last answer {Ago(link.LastPongMs)}");
        console.MarkupLine(
            $"  its link stands for {For(link.OutgoingAgeMs)}, the other's for {For(link.IncomingAgeMs)}{(link.WaitingBytes is { } waiting ? $", {Number(waiting)} bytes wait to be sent" : string.Empty)}");
        if (link.Replication is { } replication)
        {
            console.MarkupLine($"  is its replica, replication link {(replication == "up" ? "[green]up[/]" : "[red]down[/]")}");
        }
    }

    private static string Ago(double? ms) => ms is { } age ? $"{Text.Milliseconds(age)} ago" : "unknown";

    private static string For(double? ms) => ms is { } age ? Text.Milliseconds(age) : "no time known";

    private static string Bytes(int? bytes) => bytes is { } number ? Number(number) : "?";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
