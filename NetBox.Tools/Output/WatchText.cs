using System.Globalization;
using NetBox.Tools.Topology;
using Spectre.Console;
using Spectre.Console.Rendering;
using static NetBox.Tools.Output.Screen;

namespace NetBox.Tools.Output;

/// <summary>A watched cluster: a screen that is drawn anew, or a line per picture.</summary>
internal static class WatchText
{
    private const string Heights = "▁▂▃▄▅▆▇█";

    public static IRenderable Page(ClusterPicture picture, WatchHistory history, int width)
    {
        var faults = TopologyText.Faults(picture).ToList();
        return new Rows([
            new Markup($"[dim]{Time(picture.TakenAt)}[/]  {TopologyText.Headline(picture)}"),
            TopologyText.Nodes(picture, width, node => Trend(history.PingsOf(node)).PadLeft(WatchHistory.PingsKept)),
            .. faults.Select(fault => new Markup(fault)),
            .. history.Changes.Count == 0
                ? (IEnumerable<IRenderable>)[new Markup("[dim]no change so far; Ctrl-C ends[/]")]
                : history.Changes.Reverse().Select(change => new Markup(Line(change))).Prepend(new Markup("[bold]changes, the last one first[/]"))]);
    }

    /// <summary>The picture as one line, for pipes and logs.</summary>
    public static string Line(ClusterPicture picture)
    {
        var nodes = picture.AllNodes().ToList();
        var unwell = nodes.Where(node => node.State != Cluster.States.Ok).Select(node => $"{node.Address} {node.State}").ToList();
        var lag = nodes.Max(node => node.Replication?.LagBytes);
        var pings = nodes.Select(node => node.PingMs).OfType<double>().Order().ToList();
        return Printable(string.Create(
            CultureInfo.InvariantCulture,
            $"{Time(picture.TakenAt)}  {picture.State}  {picture.NodesAnswered} of {nodes.Count} nodes, {picture.SlotsCovered} slots, {(picture.Keys is { } keys ? $"{keys} keys" : "keys unknown")}, {TopologyText.Operations(picture)} ops/s")
            + (lag is { } bytes ? $", lag {Text.Bytes(bytes)}" : string.Empty)
            + (pings.Count > 0 ? $", ping {Text.Milliseconds(pings[pings.Count / 2])} (slowest {Text.Milliseconds(pings[^1])})" : string.Empty)
            + (unwell.Count > 0 ? $"; {string.Join(", ", unwell)}" : string.Empty));
    }

    public static string Line(TopologyChange change) => $"[dim]{Time(change.At)}[/]  [yellow]{change.Kind}[/] {Safe(change.Text)}";

    /// <summary>A character per PING; the heights double, from 1/8 ms to 8 ms and more, and <c>x</c> is no answer.</summary>
    public static string Trend(IReadOnlyCollection<double?> pings) =>
        string.Concat(pings.Select(ping => ping is { } ms ? Heights[Math.Clamp((int)Math.Ceiling(Math.Log2(Math.Max(ms, 0.001) * 8)), 0, Heights.Length - 1)] : 'x'));

    private static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("HH:mm:ss.f", CultureInfo.InvariantCulture);
}
