using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>When the data of a cluster may be saved or added to as a whole: each slot has one owner that everybody knows, and none is on its way.</summary>
internal static class BackupRules
{
    private static readonly HashSet<string> Grave =
    [
        FindingCodes.SlotMapsDisagree, FindingCodes.RolesDisagree, FindingCodes.EpochCollision, FindingCodes.SlotsUncovered, FindingCodes.SlotOwnersMany,
        FindingCodes.SlotOpen, FindingCodes.StateFail, FindingCodes.NothingObserved,
    ];

    /// <summary>Why it may not; empty when it may. A replica that is away hinders nothing.</summary>
    /// <param name="observation">The cluster.</param>
    /// <param name="what">What was going to be done, for the message.</param>
    public static IEnumerable<Refusal> Check(ClusterObservation observation, string what)
    {
        var cluster = ObservedCluster.Of(observation);
        if (cluster.Reference is null)
        {
            var plain = cluster.All.FirstOrDefault(node => node.IsReachable);
            return plain is not null
                ? [new(RefusalKind.NotClusterMode, plain.Endpoint, $"{plain.Endpoint.ToClientString()} is no cluster node (cluster-enabled is no)")]
                : [.. cluster.All.Take(1).Select(node => new Refusal(
                    node.Problem!.Kind == NodeProblemKind.AccessDenied ? RefusalKind.AccessDenied : RefusalKind.Unreachable,
                    node.Endpoint,
                    $"{node.Endpoint.ToClientString()}: {node.Problem.Message}"))];
        }

        // A master that cannot be asked is named first: it explains the rest.
        var away = Masters(cluster)
            .Where(master => cluster.Find(master.Id) is null)
            .Select(master => new Refusal(
                RefusalKind.Unreachable, cluster.EndpointOf(master), $"{cluster.NameOf(master)}, the master of slots {master.Slots}, does not answer: nothing was {what}"));
        var faults = ClusterChecker.Check(observation).Findings
            .Where(finding => Grave.Contains(finding.Code))
            .Select(finding => new Refusal(RefusalKind.NotWell, finding.Node, $"nothing was {what}, the cluster has to be mended first: {finding.Message}"));
        return away.Concat(faults);
    }

    /// <summary>The masters with slots, by lowest slot.</summary>
    public static IEnumerable<ClusterNode> Masters(ObservedCluster cluster) =>
        cluster.Nodes.Where(node => node.IsMaster && !node.Slots.IsEmpty).OrderBy(node => node.Slots.First());

    /// <summary>What is different about the owners of the slots; null when they are the same under the same epochs and no slot is open.</summary>
    public static string? Difference(IReadOnlyList<ShardSource> shards, ClusterObservation after)
    {
        if (Check(after, "saved").FirstOrDefault() is { } refusal)
        {
            return refusal.Message;
        }

        var cluster = ObservedCluster.Of(after);
        var masters = Masters(cluster).ToDictionary(master => master.Id);
        foreach (var shard in shards)
        {
            if (!masters.Remove(shard.Master, out var now))
            {
                return $"{shard.Endpoint.ToClientString()} is no master with slots any more";
            }

            if (!now.Slots.Equals(shard.Slots) || now.ConfigEpoch != shard.ConfigEpoch)
            {
                return $"{shard.Endpoint.ToClientString()} owned slots {shard.Slots} at epoch {shard.ConfigEpoch} and now owns {now.Slots} at epoch {now.ConfigEpoch}";
            }
        }

        return masters.Values.Select(master => $"{cluster.NameOf(master)} has become a master with slots").FirstOrDefault();
    }
}
