using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Which shard needs a further replica most. Each choice counts for the next one.</summary>
internal sealed class ReplicaNeed
{
    private readonly ObservedCluster _cluster;
    private readonly ImmutableDictionary<NodeEndpoint, NodeLabels> _labels;
    private readonly List<Shard> _shards;

    /// <param name="cluster">The cluster.</param>
    /// <param name="labels">Where nodes run, beyond what they announce.</param>
    /// <param name="without">Nodes that count neither as masters nor as replicas.</param>
    public ReplicaNeed(ObservedCluster cluster, ImmutableDictionary<NodeEndpoint, NodeLabels> labels, params IReadOnlyCollection<NodeId> without)
    {
        _cluster = cluster;
        _labels = labels;
        _shards =
        [
            .. cluster.Nodes
                .Where(n => n.IsMaster && !n.Slots.IsEmpty && !without.Contains(n.Id) && !cluster.IsFailed(n.Id) && cluster.Find(n.Id) is not null)
                .OrderBy(n => n.Slots.First())
                .Select(n => new Shard(
                    n,
                    PlaceOf(n),
                    [.. cluster.ReplicasOf(n.Id).Where(r => !without.Contains(r.Id) && ReplicaRules.IsWorking(r, cluster)).Select(PlaceOf)])),
        ];
    }

    /// <summary>The place of a node that belongs to the cluster.</summary>
    public NodePlace PlaceOf(ClusterNode node) =>
        Place(_cluster.EndpointOf(node), node.Address.Ip, _cluster.Find(node.Id)?.AvailabilityZone ?? node.Address.GetAuxiliary("availability-zone"));

    /// <summary>The place of any node: its labels first, then what it announces.</summary>
    public NodePlace Place(NodeEndpoint node, string ip, string? zone)
    {
        var label = _labels.FirstOrDefault(l => l.Key.IsSameClientAddress(node)).Value;
        return new NodePlace((label?.Host ?? ip).ToUpperInvariant(), label?.Zone ?? zone ?? "");
    }

    /// <summary>
    /// The master of the shard with the fewest working replicas; among equals one on another host than the node, then in another zone, then
    /// one without a replica on the node's host; then the lowest slots. Null when no master that answers has slots.
    /// </summary>
    public ClusterNode? Choose(NodePlace place)
    {
        var chosen = _shards
            .OrderBy(s => s.Replicas.Count)
            .ThenBy(s => s.Place.Host == place.Host)
            .ThenBy(s => place.Zone.Length > 0 && s.Place.Zone == place.Zone)
            .ThenBy(s => s.Replicas.Count(r => r.Host == place.Host))
            .FirstOrDefault();
        chosen?.Replicas.Add(place);
        return chosen?.Master;
    }

    /// <summary>How many working replicas the master has by now.</summary>
    public int Count(NodeId master) => _shards.Find(s => s.Master.Id == master)?.Replicas.Count ?? 0;

    private sealed record Shard(ClusterNode Master, NodePlace Place, List<NodePlace> Replicas);
}

/// <summary>Where a node runs; an empty zone is none.</summary>
internal readonly record struct NodePlace(string Host, string Zone);
