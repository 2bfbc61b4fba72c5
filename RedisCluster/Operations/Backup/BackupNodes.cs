using System.Collections.Immutable;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Backup;

/// <summary>The nodes of a cluster as a backup describes them.</summary>
internal static class BackupNodes
{
    public static ImmutableArray<BackupNode> Of(ClusterObservation observation)
    {
        var cluster = ObservedCluster.Of(observation);
        return
        [
            .. cluster.Nodes.OrderBy(node => node.IsReplica).ThenBy(node => node.Slots.IsEmpty ? HashSlot.Count : node.Slots.First()).ThenBy(node => node.Id).Select(node =>
            {
                var said = cluster.Find(node.Id);
                return new BackupNode
                {
                    Id = node.Id,
                    Endpoint = cluster.EndpointOf(node),
                    Address = node.Address,
                    Role = node.IsMaster ? "master" : "replica",
                    Master = node.MasterId,
                    Slots = node.Slots,
                    ConfigEpoch = node.ConfigEpoch,
                    Server = said?.Version?.ToString(),
                    Offset = said?.Replication?.Offset,
                    Keys = said?.KeyCount,
                };
            }),
        ];
    }
}
