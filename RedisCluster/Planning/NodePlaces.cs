using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Where the requested nodes run, as small numbers. A host is one machine of one zone.</summary>
internal sealed class NodePlaces
{
    private NodePlaces(int[] hostOf, int[] zoneOfHost)
    {
        HostOf = hostOf;
        ZoneOfHost = zoneOfHost;
        ZoneCount = zoneOfHost.Length == 0 ? 0 : zoneOfHost.Max() + 1;
    }

    /// <summary>The host of each node, numbered in the order of appearance.</summary>
    public int[] HostOf { get; }

    /// <summary>The zone of each host.</summary>
    public int[] ZoneOfHost { get; }

    public int HostCount => ZoneOfHost.Length;

    public int ZoneCount { get; }

    public static NodePlaces Of(CreateRequest request)
    {
        var labels = request.Labels.ToDictionary(l => Key(l.Key), l => l.Value);
        var hosts = new Dictionary<(string Zone, string Host), int>();
        var zones = new Dictionary<string, int>(StringComparer.Ordinal);
        var zoneOfHost = new List<int>();
        var hostOf = new int[request.Nodes.Length];
        for (var i = 0; i < hostOf.Length; i++)
        {
            var node = request.Nodes[i];
            var label = labels.GetValueOrDefault(Key(node));
            var zone = label?.Zone ?? "";
            var place = (zone, label?.Host ?? node.Host.ToUpperInvariant());
            if (!hosts.TryGetValue(place, out hostOf[i]))
            {
                zones.TryAdd(zone, zones.Count);
                hosts.Add(place, hostOf[i] = hosts.Count);
                zoneOfHost.Add(zones[zone]);
            }
        }

        return new NodePlaces(hostOf, [.. zoneOfHost]);
    }

    /// <summary>All nodes so that neighbours are on different hosts, and in different zones, as long as there are any: redis-cli's order where there are no zones.</summary>
    public ImmutableArray<int> Interleave()
    {
        var byHost = new List<int>[HostCount];
        for (var i = 0; i < HostOf.Length; i++)
        {
            (byHost[HostOf[i]] ??= []).Add(i);
        }

        var byZone = new List<List<int>>[ZoneCount];
        for (var host = 0; host < HostCount; host++)
        {
            (byZone[ZoneOfHost[host]] ??= []).Add(byHost[host]);
        }

        return [.. TakeTurns([.. byZone.Select(TakeTurns)])];
    }

    private static List<int> TakeTurns(List<List<int>> queues)
    {
        var order = new List<int>();
        var longest = queues.Count == 0 ? 0 : queues.Max(q => q.Count);
        for (var turn = 0; turn < longest; turn++)
        {
            foreach (var queue in queues)
            {
                if (turn < queue.Count)
                {
                    order.Add(queue[turn]);
                }
            }
        }

        return order;
    }

    private static (string Host, int Port) Key(NodeEndpoint node) => (node.Host.ToUpperInvariant(), node.Port);
}
