using RedisCluster.Topology;

namespace NetBox.Tools.Probes.Paths;

/// <summary>What a line of CLUSTER NODES tells of the way to that node on the bus.</summary>
internal static class BusLine
{
    /// <summary>A ping on the bus is answered in milliseconds; in so many others have answered theirs.</summary>
    private const int LongPing = 1000;

    /// <summary>A link counts as connected from the first packet on that asks for it: where these are dropped on the way it stays so, but no ping comes back.</summary>
    public static bool IsCut(ClusterView view, ClusterNode line) =>
        !line.IsLinkConnected || (line.PingSent > 0 && view.Nodes.Max(node => node.PongReceived) - line.PingSent > LongPing);
}
