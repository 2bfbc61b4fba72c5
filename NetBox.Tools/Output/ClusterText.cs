using System.Globalization;
using NetBox.Tools.Cluster;
using NetBox.Tools.Reports;
using RedisCluster.Topology;
using Spectre.Console;
using static NetBox.Tools.Output.Screen;

namespace NetBox.Tools.Output;

/// <summary>The cluster's reports as text.</summary>
internal static class ClusterText
{
    public static void Write(IAnsiConsole console, ClusterInfoReport report)
    {
        Line(console, "cluster_state", $"[{(report.State == "ok" ? "green" : "red")}]{report.State}[/] ({report.NodesOk} of {Text.Count(report.NodesAnswered, "node")} that answered {(report.NodesOk == 1 ? "says" : "say")} ok)");
        Line(console, "cluster_known_nodes", Number(report.KnownNodes));
        Line(console, "cluster_size", Number(report.Size));
        Line(console, "cluster_slots_assigned", $"{Number(report.SlotsAssigned)} of {HashSlot.Count}");
        Line(console, "cluster_slots_ok", Number(report.SlotsOk));
        Line(console, "cluster_slots_pfail", Number(report.SlotsSuspected));
        Line(console, "cluster_slots_fail", Number(report.SlotsFailed));
        Line(console, "cluster_current_epoch", Number(report.CurrentEpoch));
        Line(console, "keys", report.Keys is { } keys ? Number(keys) : "unknown");
        foreach (var node in report.Nodes)
        {
            console.MarkupLine($"{Safe(node.Address).PadRight(22)} {node.Role,-8}{State(node.State)}{(node.Problem is { } problem ? $" ({Safe(problem)})" : string.Empty)}");
        }
    }

    public static void Write(IAnsiConsole console, ClusterNodesReport report)
    {
        var table = Columns("ADDRESS", "ROLE", "STATE", "SLOTS", "KEYS", "EPOCH", "LINK", "MASTER", "ID");
        foreach (var node in report.Nodes)
        {
            var replica = node.Role == Roles.Replica;
            table.AddRow(
                $"{(replica ? "  " : string.Empty)}{Safe(node.Address)}",
                node.Role,
                State(node.State),
                replica ? "-" : $"{Safe(string.Join(',', node.Slots))} ({Number(node.SlotCount)})",
                node.Keys is { } keys ? Number(keys) : "?",
                node.Epoch is { } epoch ? Number(epoch) : "?",
                LinkOf(node),
                Safe(node.MasterAddress ?? "-"),
                node.Id is { } id ? id[..8] : "?");
        }

        console.Write(table);
        foreach (var node in report.Nodes.Where(n => n.Problem is not null))
        {
            console.MarkupLine($"[red]{Safe(node.Address)}[/]: {Safe(node.Problem)}");
        }
    }

    public static void Write(IAnsiConsole console, ClusterCheckReport report)
    {
        foreach (var finding in report.Findings)
        {
            console.MarkupLine($"[{ColourOf(finding.Severity)}]{finding.Severity}[/] {finding.Code}: {Safe(finding.Message)}");
        }

        var what = $"{Text.Count(report.Nodes, "node")}, {Text.Count(report.Masters, "master")}, {Number(report.SlotsCovered)} of {HashSlot.Count} slots covered";
        console.MarkupLine(report.Healthy
            ? $"[green]healthy[/]: {what}, {Text.Count(report.Warnings, "warning")}"
            : $"[red]not healthy[/]: {what}, {Text.Count(report.Errors, "error")}, {Text.Count(report.Warnings, "warning")}");
    }

    public static string ColourOf(string severity) => severity switch { "error" => "red", "warning" => "yellow", _ => "blue" };

    private static void Line(IAnsiConsole console, string name, string value) => console.MarkupLine($"{name + ":",-24}{value}");

    public static string State(string state) => state switch
    {
        States.Ok => "[green]ok[/]",
        States.Suspected or States.Joining => $"[yellow]{state}[/]",
        _ => $"[red]{state}[/]",
    };

    private static string LinkOf(NodeReport node) => node.ReplicationLink switch
    {
        "down" => "[red]replication down[/]",
        _ => Safe(node.Link ?? "-"),
    };

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
