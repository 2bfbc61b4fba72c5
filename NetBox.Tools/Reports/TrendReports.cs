using NetBox.Tools.Topology;

namespace NetBox.Tools.Reports;

/// <summary>Load and lag of one moment.</summary>
internal sealed record TrendPoint(DateTimeOffset At, IReadOnlyList<NodeTrend> Nodes)
{
    public static TrendPoint Of(ClusterPicture picture) => new(
        picture.TakenAt,
        [.. picture.AllNodes().Where(node => node.Id is not null).Select(node => new NodeTrend(node.Id!, node.Load?.OperationsPerSecond, node.Replication?.LagBytes))]);
}

/// <param name="Id">40 hexadecimal digits.</param>
/// <param name="Operations">Per second; null when it did not say.</param>
/// <param name="LagBytes">Of a replica; null for masters, and when nobody says.</param>
internal sealed record NodeTrend(string Id, long? Operations, long? LagBytes);
