using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Whether a master and what is to replace it would be lost together.</summary>
internal static class PlaceRules
{
    public static IEnumerable<Finding> Check(ObservedCluster cluster, CheckOptions options)
    {
        var places = cluster.Nodes.ToDictionary(n => n.Id, n => PlaceOf(n, cluster, options));
        return Hosts(cluster, places).Concat(Zones(cluster, places));
    }

    private static IEnumerable<Finding> Hosts(ObservedCluster cluster, Dictionary<NodeId, (string Host, string? Zone)> places)
    {
        // With a single host there is no choice, with an address per pod nothing can be told.
        if (places.Values.Distinct().Count() < 2)
        {
            yield break;
        }

        foreach (var replica in cluster.Nodes.Where(n => n.MasterId is not null))
        {
            if (cluster.Reference!.Find(replica.MasterId!.Value) is { } master
                && places[replica.Id].Host.Length > 0
                && places[master.Id] == places[replica.Id])
            {
                yield return new Finding(
                    Severity.Warning,
                    FindingCodes.SharedHost,
                    $"{cluster.NameOf(replica)} runs on the same host as its master {cluster.NameOf(master)}.",
                    cluster.EndpointOf(replica));
            }
        }
    }

    // One replica elsewhere is enough to survive the loss of a zone; the others may well be near.
    private static IEnumerable<Finding> Zones(ObservedCluster cluster, Dictionary<NodeId, (string Host, string? Zone)> places)
    {
        if (places.Values.Select(p => p.Zone).Where(z => z is not null).Distinct().Count() < 2)
        {
            yield break;
        }

        foreach (var master in cluster.Nodes.Where(n => n.IsMaster && !n.Slots.IsEmpty && places[n.Id].Zone is not null))
        {
            var replicas = cluster.ReplicasOf(master.Id).ToList();
            if (replicas.Count > 0 && replicas.All(r => places[r.Id].Zone == places[master.Id].Zone))
            {
                yield return new Finding(
                    Severity.Warning,
                    FindingCodes.SharedZone,
                    $"{cluster.NameOf(master)} and all of its replicas run in zone {places[master.Id].Zone}.",
                    cluster.EndpointOf(master));
            }
        }
    }

    private static (string Host, string? Zone) PlaceOf(ClusterNode node, ObservedCluster cluster, CheckOptions options)
    {
        var endpoint = cluster.EndpointOf(node);
        var label = options.Labels.FirstOrDefault(l => l.Key.IsSameClientAddress(endpoint)).Value;
        var zone = label?.Zone ?? cluster.Find(node.Id)?.AvailabilityZone ?? node.Address.GetAuxiliary("availability-zone");
        return ((label?.Host ?? node.Address.Ip).ToUpperInvariant(), zone);
    }
}
