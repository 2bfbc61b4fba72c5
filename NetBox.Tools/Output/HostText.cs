using System.Globalization;
using NetBox.Tools.Reports;
using Spectre.Console;
using static NetBox.Tools.Output.Screen;

namespace NetBox.Tools.Output;

/// <summary>TLS, interfaces, routes and sockets as text.</summary>
internal static class HostText
{
    public static void Write(IAnsiConsole console, TlsReport report)
    {
        console.MarkupLine($"[bold]{Safe(report.Target)}[/] as {Safe(report.ServerName)}: {Safe(report.Protocol)}, {Safe(report.Cipher)}, handshake {Text.Milliseconds(report.HandshakeMs)}");
        foreach (var (certificate, depth) in report.Chain.Select((certificate, depth) => (certificate, depth)))
        {
            console.MarkupLine($"  {Number(depth)} {Safe(certificate.Subject)}  [dim]by {Safe(certificate.Issuer)}[/]");
            console.MarkupLine($"    valid {Day(certificate.NotBefore)} to {Day(certificate.NotAfter)} ({(certificate.DaysLeft < 0 ? "[red]expired[/]" : Text.Count(certificate.DaysLeft, "day") + " left")}){(certificate.Names.Count > 0 ? $", for {Safe(string.Join(", ", certificate.Names))}" : string.Empty)}");
        }

        if (report.WantsClientCertificate)
        {
            console.MarkupLine("[yellow]the server asks for a certificate of the client[/] (tls-auth-clients of Redis; without one it may close the connection)");
        }

        foreach (var problem in report.Problems)
        {
            console.MarkupLine($"[red]error[/] {Safe(problem)}");
        }

        if (report.Problems.Count == 0)
        {
            console.MarkupLine("[green]a client here accepts it[/]");
        }
    }

    public static void Write(IAnsiConsole console, InterfacesReport report)
    {
        var table = Columns("NAME", "STATE", "MTU", "MBIT/S", "RECEIVED", "SENT", "ERRORS", "DROPPED", "ADDRESSES");
        foreach (var nic in report.Interfaces)
        {
            table.AddRow(
                Safe(nic.Name),
                nic.State == "Up" ? "[green]up[/]" : Safe(nic.State.ToLowerInvariant()),
                nic.Mtu is { } mtu ? Number(mtu) : "-",
                nic.SpeedMbit is { } speed ? speed.ToString("0.#", CultureInfo.InvariantCulture) : "-",
                Number(nic.Traffic.ReceivedBytes),
                Number(nic.Traffic.SentBytes),
                Number(nic.Traffic.ReceiveErrors + nic.Traffic.SendErrors),
                Number(nic.Traffic.ReceiveDropped + nic.Traffic.SendDropped),
                Safe(string.Join("  ", nic.Addresses)));
        }

        console.Write(table);
    }

    public static void Write(IAnsiConsole console, RoutesReport report)
    {
        var table = Columns("DESTINATION", "GATEWAY", "INTERFACE", "METRIC");
        foreach (var route in report.Routes)
        {
            table.AddRow(Safe(route.Destination), Safe(route.Gateway ?? "-"), Safe(route.Interface), Number(route.Metric));
        }

        console.Write(table);
    }

    public static void Write(IAnsiConsole console, SocketsReport report)
    {
        var table = Columns("STATE", "LOCAL", "REMOTE", "PROCESS");
        foreach (var socket in report.Sockets)
        {
            table.AddRow(
                socket.State,
                Safe(socket.Local),
                Safe(socket.Remote ?? "-"),
                socket.ProcessId is { } id ? $"{Safe(socket.Process)} (pid {Number(id)})" : "-");
        }

        console.Write(table);
        if (!report.AllOwnersSeen)
        {
            console.MarkupLine("[dim]processes of other users are seen by root only[/]");
        }
    }

    private static string Day(DateTimeOffset time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
