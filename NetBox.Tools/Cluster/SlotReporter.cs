using NetBox.Tools.Reports;
using RedisCluster.Planning;
using RedisCluster.Topology;
using NodeSummary = RedisCluster.Planning.NodeSummary;

namespace NetBox.Tools.Cluster;

/// <summary>The slot map as most nodes see it.</summary>
internal static class SlotReporter
{
    public static ClusterSlotsReport Slots(ClusterObservation observation)
    {
        var summary = ClusterSummary.Of(observation);
        var covered = summary.Shards.Aggregate(SlotSet.Empty, (all, shard) => all.Union(shard.Master.Slots));
        return new ClusterSlotsReport(
            observation.Time,
            summary.NodesAgree,
            summary.SlotsCovered,
            SlotSpan.Of(covered.Complement()),
            SlotSpan.Of(summary.OpenSlots),
            summary.KeyCount,
            [.. summary.Shards.Select(shard => new ShardReport(
                SlotSpan.Of(shard.Master.Slots),
                shard.Master.Slots.Count,
                shard.Master.KeyCount,
                Node(shard.Master),
                [.. shard.Replicas.Select(Node)]))]);
    }

    private static ShardNodeReport Node(NodeSummary node) => new(
        node.Id.ToString(),
        node.Endpoint.ToClientString(),
        node.IsFailed ? States.Failed
            : node.IsReachable == false ? States.Unreachable
            : node.IsMasterLinkUp == false ? States.LinkDown
            : States.Ok,
        node.KeyCount);
}
