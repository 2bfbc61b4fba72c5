using System.Globalization;
using NetBox.Tools.Cluster;
using NetBox.Tools.Reports;
using RedisCluster.Topology;
using Spectre.Console;
using static NetBox.Tools.Output.Screen;

namespace NetBox.Tools.Output;

/// <summary>The slot map as text.</summary>
internal static class SlotText
{
    public static void Write(IAnsiConsole console, ClusterSlotsReport report) => Write(console, report, null);

    /// <param name="console">Where to.</param>
    /// <param name="report">The slot map.</param>
    /// <param name="sign">What stands for a shard in a picture, by its place in the report; null where there is no picture.</param>
    public static void Write(IAnsiConsole console, ClusterSlotsReport report, Func<int, string>? sign)
    {
        var table = Columns([.. sign is null ? (string[])[] : [string.Empty], "SLOTS", "COUNT", "KEYS", "MASTER", "REPLICAS"]);
        for (var i = 0; i < report.Shards.Count; i++)
        {
            var shard = report.Shards[i];
            table.AddRow([
                .. sign is null ? (string[])[] : [sign(i)],
                shard.SlotCount == 0 ? "-" : Safe(string.Join(',', shard.Slots)),
                Number(shard.SlotCount),
                shard.Keys is { } keys ? Number(keys) : "?",
                Node(shard.Master),
                shard.Replicas.Count == 0 ? "-" : string.Join(' ', shard.Replicas.Select(Node))]);
        }

        console.Write(table);
        if (report.Open.Count > 0)
        {
            console.MarkupLine($"[red]open[/]: {string.Join(',', report.Open)}");
        }

        if (!report.NodesAgree)
        {
            console.MarkupLine("[red]the nodes do not agree on this[/]; netbox cluster check says who differs");
        }

        console.MarkupLine(
            $"{Number(report.SlotsCovered)} of {HashSlot.Count} slots covered, {(report.Keys is { } all ? $"{Number(all)} {(all == 1 ? "key" : "keys")}" : "keys unknown")}"
            + (report.Uncovered.Count > 0 ? $"; [red]without an owner[/]: {string.Join(',', report.Uncovered)}" : string.Empty));
    }

    private static string Node(ShardNodeReport node) =>
        Safe(node.Address) + (node.State == States.Ok ? string.Empty : $" [red]({node.State})[/]");

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
