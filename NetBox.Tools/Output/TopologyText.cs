using System.Globalization;
using NetBox.Tools.Cluster;
using NetBox.Tools.Reports;
using NetBox.Tools.Topology;
using Spectre.Console;
using static NetBox.Tools.Output.Screen;

namespace NetBox.Tools.Output;

/// <summary>A picture as text: a row per node under its master, then what differs and what is wrong.</summary>
internal static class TopologyText
{
    /// <summary>A replica acknowledges once a second; older than this is silence.</summary>
    private const long UsualAckAge = 1;

    /// <summary>Of what changes all the time: else columns would come and go on a live screen.</summary>
    private const int SteadyWidth = 7;

    /// <summary>The importance of what is shown however narrow the screen is.</summary>
    private const int Needed = 100;

    public static void Write(IAnsiConsole console, ClusterPicture picture)
    {
        console.MarkupLine(Headline(picture));
        console.Write(Nodes(picture, console.Profile.Width));
        foreach (var line in Faults(picture))
        {
            console.MarkupLine(line);
        }
    }

    public static string Headline(ClusterPicture picture)
    {
        var nodes = picture.AllNodes().ToList();
        var keys = picture.Keys is { } count ? $"{Number(count)} {(count == 1 ? "key" : "keys")}" : "keys unknown";
        return $"cluster {ClusterText.State(picture.State)}: {Text.Count(picture.Shards.Count, "shard")}, {Number(picture.NodesAnswered)} of {Text.Count(nodes.Count, "node")} {(picture.NodesAnswered == 1 ? "answers" : "answer")}, "
            + $"{Number(picture.SlotsCovered)} of {RedisCluster.Topology.HashSlot.Count} slots covered, {keys}, {Number(Operations(picture))} ops/s";
    }

    public static long Operations(ClusterPicture picture) => picture.AllNodes().Sum(node => node.Load?.OperationsPerSecond ?? 0);

    /// <summary>As many columns as fit, the most telling ones first.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="width">Characters there are in a line.</param>
    /// <param name="trends">A column more: each node's last PINGs; null for none.</param>
    public static Table Nodes(ClusterPicture picture, int width, Func<NodePicture, string>? trends = null)
    {
        var rows = picture.Shards
            .SelectMany(shard => shard.Replicas.Select(replica => new Row(replica, null)).Prepend(new Row(shard.Master, shard)))
            .Concat(picture.Others.Select(node => new Row(node, null)))
            .ToList();
        var columns = Choices(picture, trends).Select(column => (column.Header, column.Importance, Cells: rows.ConvertAll(row => column.Cell(row)))).ToList();
        while (columns.Sum(column => Width(column.Header, column.Cells)) > width && columns.Min(column => column.Importance) is < Needed and var least)
        {
            columns.RemoveAll(column => column.Importance == least);
        }

        var table = Columns([.. columns.Select(column => column.Header)]);
        for (var row = 0; row < rows.Count; row++)
        {
            table.AddRow([.. columns.Select(column => column.Cells[row])]);
        }

        return table;
    }

    /// <summary>Why nodes do not answer, what they see differently, errors and warnings of the check; no line for what is well.</summary>
    public static IEnumerable<string> Faults(ClusterPicture picture)
    {
        foreach (var node in picture.AllNodes().Where(node => node.Problem is not null))
        {
            yield return $"[red]{Safe(node.Address)}[/]: {Safe(node.Problem)}";
        }

        foreach (var difference in picture.Differences)
        {
            yield return $"[yellow]seen differently[/] {Safe(difference.About)}, {difference.What}: "
                + string.Join("; ", difference.Opinions.Select(opinion => $"[bold]{Safe(opinion.Says)}[/] to {Safe(string.Join(", ", opinion.Nodes))}"));
        }

        foreach (var finding in picture.Findings.Where(finding => finding.Severity is "error" or "warning"))
        {
            yield return $"[{ClusterText.ColourOf(finding.Severity)}]{finding.Severity}[/] {finding.Code}: {Safe(finding.Message)}";
        }
    }

    private static IEnumerable<(string Header, int Importance, Func<Row, string> Cell)> Choices(ClusterPicture picture, Func<NodePicture, string>? trends)
    {
        yield return ("NODE", Needed, row => $"{(row.Node.Role == Roles.Replica ? "  " : string.Empty)}{Safe(row.Node.Address)}");
        yield return ("ROLE", Needed, row => row.Node.Role);
        yield return ("STATE", Needed, row => ClusterText.State(row.Node.State));
        if (picture.AllNodes().Any(node => node.Host.Length > 0 && !node.Address.Contains(node.Host, StringComparison.Ordinal)))
        {
            yield return ("HOST", 5, row => Safe(row.Node.Host));
        }

        if (picture.AllNodes().Any(node => node.Zone is not null))
        {
            yield return ("ZONE", 7, row => Safe(row.Node.Zone ?? "-"));
        }

        yield return ("SLOTS", 9, row => row.Shard is { SlotCount: > 0 } shard ? $"{string.Join(',', shard.Slots)} ({Number(shard.SlotCount)})" : "-");
        yield return ("KEYS", 8, row => row.Node.Keys is { } keys ? Number(keys) : "?");
        yield return ("OFFSET", 2, row => row.Node.Replication?.Offset is { } offset ? Number(offset) : "?");
        yield return ("LAG", 12, row => Lag(row.Node));
        yield return ("MEMORY", 10, Load(Memory));
        yield return ("OPS/S", 11, Load(load => Number(load.OperationsPerSecond)));
        yield return ("KB/S IN", 4, Load(load => Real(load.InputKilobytesPerSecond)));
        yield return ("KB/S OUT", 4, Load(load => Real(load.OutputKilobytesPerSecond)));
        yield return ("CLIENTS", 3, Load(load => Number(load.Clients)));
        yield return ("UPTIME", 1, Load(load => Uptime(load.UptimeSeconds)));
        yield return ("PING", 6, row => (row.Node.PingMs is { } ping ? Text.Milliseconds(ping) : "-").PadLeft(SteadyWidth));
        if (trends is not null)
        {
            yield return ("LAST PINGS", 4, row => trends(row.Node));
        }

        static Func<Row, string> Load(Func<LoadPicture, string> cell) => row => row.Node.Load is { } load ? cell(load) : "?";
    }

    private static int Width(string header, List<string> cells) => Math.Max(header.Length, cells.Max(cell => Markup.Remove(cell).Length)) + 2;

    private static string Lag(NodePicture node) => node switch
    {
        { Role: not Roles.Replica } => "-",
        { Replication: { LagBytes: { } lag, AckAgeSeconds: > UsualAckAge and var age } } => $"[yellow]{Text.Bytes(lag)}, silent for {Number(age)} s[/]",
        { Replication: { LagBytes: { } lag, AckAgeSeconds: not null } } => Text.Bytes(lag),
        { Replication.LagBytes: { } lag } => $"[red]{Text.Bytes(lag)}, not connected[/]",
        _ => "?",
    };

    private static string Memory(LoadPicture load) => load.MaxMemory == 0
        ? Text.Bytes(load.UsedMemory)
        : $"{Text.Bytes(load.UsedMemory)} of {Text.Bytes(load.MaxMemory)}" + (load.EvictedKeys > 0 ? $", [yellow]{Number(load.EvictedKeys)} evicted[/]" : string.Empty);

    private static string Uptime(long seconds) => TimeSpan.FromSeconds(seconds) switch
    {
        { TotalDays: >= 1 } time => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays} d {time.Hours} h"),
        { TotalHours: >= 1 } time => string.Create(CultureInfo.InvariantCulture, $"{time.Hours} h {time.Minutes} min"),
        { TotalMinutes: >= 1 } time => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min"),
        var time => string.Create(CultureInfo.InvariantCulture, $"{time.Seconds} s"),
    };

    private static string Real(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <param name="Node">The node.</param>
    /// <param name="Shard">Its shard, where it is the master.</param>
    private sealed record Row(NodePicture Node, ShardPicture? Shard);
}
