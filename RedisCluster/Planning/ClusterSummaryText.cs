using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Writes a summary in the manner of redis-cli.</summary>
internal static class ClusterSummaryText
{
    public static List<string> Write(ClusterSummary summary)
    {
        var lines = new List<string>();
        foreach (var shard in summary.Shards)
        {
            var master = shard.Master;
            lines.Add($"M: {master.Id} {master.Endpoint.ToClientString()}{Note(master)}");
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"   slots:[{master.Slots}] ({master.Slots.Count} slots) master, {shard.Replicas.Length} replica{(shard.Replicas.Length == 1 ? "" : "s")}{Keys(master)}"));
            foreach (var replica in shard.Replicas)
            {
                lines.Add($"S: {replica.Id} {replica.Endpoint.ToClientString()}{Note(replica)}");
                lines.Add($"   replicates {master.Id}");
            }
        }

        lines.Add(summary.NodesAgree
            ? "[OK] All nodes agree about slots configuration."
            : "[ERR] Nodes don't agree about slots configuration.");
        lines.Add(summary.OpenSlots.IsEmpty
            ? "[OK] No open slots."
            : $"[ERR] Open slots: {summary.OpenSlots}");
        lines.Add(summary.SlotsCovered == HashSlot.Count
            ? "[OK] All 16384 slots covered."
            : string.Create(CultureInfo.InvariantCulture, $"[ERR] Only {summary.SlotsCovered} of 16384 slots covered."));
        lines.Add(summary.StateOk
            ? "[OK] Every node says cluster_state:ok."
            : "[ERR] Not every node says cluster_state:ok.");
        return lines;
    }

    private static string Keys(NodeSummary node) =>
        node.KeyCount is { } keys ? string.Create(CultureInfo.InvariantCulture, $", {keys} key{(keys == 1 ? "" : "s")}") : "";

    private static string Note(NodeSummary node) =>
        node.IsFailed ? " (failed)" : node.IsReachable == false ? " (unreachable)" : node.IsMasterLinkUp == false ? " (link to master down)" : "";
}
