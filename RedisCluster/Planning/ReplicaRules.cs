using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Whether each master could be replaced: replicas, their links, how much they lack.</summary>
internal static class ReplicaRules
{
    public static IEnumerable<Finding> Check(ObservedCluster cluster, CheckOptions options) =>
        Links(cluster).Concat(Lags(cluster, options)).Concat(Numbers(cluster));

    private static IEnumerable<Finding> Links(ObservedCluster cluster)
    {
        foreach (var node in cluster.Views)
        {
            if (node.Replication is not { Role: ReplicationRole.Replica } replication)
            {
                continue;
            }

            var name = node.Endpoint.ToClientString();
            var master = $"{replication.MasterHost}:{replication.MasterPort}";
            if (replication.IsSyncInProgress == true || IsServed(node, cluster))
            {
                yield return new Finding(
                    Severity.Warning, FindingCodes.ReplicaSyncing, $"{name} is still receiving its copy of the data of {master}.", node.Endpoint);
            }
            else if (replication.IsMasterLinkUp == false)
            {
                yield return new Finding(
                    Severity.Error, FindingCodes.ReplicaLinkDown, $"{name} has no link to its master {master}.", node.Endpoint);
            }
        }
    }

    // A master makes one snapshot at a time: the next replica in the row has its connection, though by its own word no link yet.
    private static bool IsServed(NodeObservation node, ObservedCluster cluster)
    {
        var address = node.View!.Myself.Address;
        return node.Replication!.IsMasterLinkUp == false
            && node.View.Myself.MasterId is { } master
            && cluster.Find(master)?.Replication?.Replicas.Any(replica =>
                replica.Port == address.Port && (address.Ip.Length == 0 || replica.Ip == address.Ip) && replica.State is not "online") == true;
    }

    private static IEnumerable<Finding> Lags(ObservedCluster cluster, CheckOptions options)
    {
        foreach (var node in cluster.Views)
        {
            if (node.Replication is not { IsMasterLinkUp: true, IsSyncInProgress: not true } replica
                || node.View!.Myself.MasterId is not { } masterId
                || cluster.Find(masterId) is not { Replication: { Role: ReplicationRole.Master } master } said)
            {
                continue;
            }

            var behind = master.Offset - replica.Offset;
            if (behind > options.ReplicaLag)
            {
                yield return new Finding(
                    Severity.Warning,
                    FindingCodes.ReplicaLagging,
                    string.Create(CultureInfo.InvariantCulture, $"{node.Endpoint.ToClientString()} is {behind} bytes behind its master {said.Endpoint.ToClientString()}."),
                    node.Endpoint);
            }
        }
    }

    private static IEnumerable<Finding> Numbers(ObservedCluster cluster)
    {
        var masters = cluster.Nodes.Where(n => n.IsMaster).ToList();
        foreach (var empty in masters.Where(m => m.Slots.IsEmpty && !cluster.IsFailed(m.Id)))
        {
            yield return new Finding(
                Severity.Warning, FindingCodes.MasterWithoutSlots, $"{cluster.NameOf(empty)} is a master without slots.", cluster.EndpointOf(empty));
        }

        var counts = masters
            .Where(m => !m.Slots.IsEmpty)
            .Select(m => (Master: m, Count: cluster.ReplicasOf(m.Id).Count(r => IsWorking(r, cluster))))
            .ToList();
        if (counts.Count == 0)
        {
            yield break;
        }

        if (cluster.Nodes.All(n => n.IsMaster))
        {
            yield return new Finding(Severity.Info, FindingCodes.MasterWithoutReplica, "No master has a replica: the loss of any node loses slots.");
            yield break;
        }

        var usual = counts.Select(c => c.Count).Order().ElementAt(counts.Count / 2);
        foreach (var (master, count) in counts)
        {
            if (count == 0)
            {
                yield return new Finding(
                    Severity.Warning, FindingCodes.MasterWithoutReplica, $"{cluster.NameOf(master)} has no working replica.", cluster.EndpointOf(master));
            }
            else if (count < usual)
            {
                yield return new Finding(
                    Severity.Warning, FindingCodes.FewerReplicas, $"{cluster.NameOf(master)} has {count} working {(count == 1 ? "replica" : "replicas")}, most have {usual} or more.", cluster.EndpointOf(master));
            }
        }
    }

    /// <summary>Whether the replica could take over, as far as it was asked.</summary>
    public static bool IsWorking(ClusterNode replica, ObservedCluster cluster) =>
        !cluster.IsFailed(replica.Id)
        && (cluster.Find(replica.Id) is { } said
            ? said.Replication is null or { IsMasterLinkUp: not false }
            : cluster.All.All(n => n.Endpoint != cluster.EndpointOf(replica)));
}
