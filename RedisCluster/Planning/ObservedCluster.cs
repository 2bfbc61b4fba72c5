using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>An observation in a fixed order, with the view most nodes share as the picture of the cluster.</summary>
internal sealed class ObservedCluster
{
    private readonly Dictionary<NodeId, NodeObservation> _byId = [];

    private ObservedCluster(ImmutableArray<NodeObservation> all)
    {
        All = all;
        Views = [.. all.Where(n => n is { IsReachable: true, View: not null })];
        foreach (var node in Views)
        {
            _byId.TryAdd(node.View!.Myself.Id, node);
        }

        // Among equals the one that knows most has the fullest picture.
        Reference = Most(Most(Views, v => v.View!.SlotMapSignature), v => Roles(v.View!)).MaxBy(v => v.View!.Nodes.Length)?.View;
        Nodes = Reference is null ? [] : [.. Reference.Nodes.Where(n => !n.IsHandshake)];
    }

    /// <summary>Every node that was asked, in the order of its endpoint.</summary>
    public ImmutableArray<NodeObservation> All { get; }

    /// <summary>Those that answered and have a view.</summary>
    public ImmutableArray<NodeObservation> Views { get; }

    /// <summary>The view most nodes share; null when there is none.</summary>
    public ClusterView? Reference { get; }

    /// <summary>The nodes of the cluster in that view.</summary>
    public ImmutableArray<ClusterNode> Nodes { get; }

    public static ObservedCluster Of(ClusterObservation observation) =>
        new([.. observation.Nodes.OrderBy(n => n.Endpoint.Host, StringComparer.Ordinal).ThenBy(n => n.Endpoint.Port)]);

    public NodeObservation? Find(NodeId id) => _byId.GetValueOrDefault(id);

    /// <summary>How the node was asked; where it was not, the address its peers know.</summary>
    public NodeEndpoint EndpointOf(ClusterNode node) =>
        Find(node.Id)?.Endpoint
        ?? All.FirstOrDefault(n => !n.IsReachable && new Member(0, n.Endpoint, n).MayBeAt(node.Address))?.Endpoint
        ?? new NodeEndpoint(node.Address.Ip.Length > 0 ? node.Address.Ip : node.Address.Hostname, node.Address.Port, node.Address.BusPort);

    /// <summary>Its address; its id where nobody knows one.</summary>
    public string NameOf(ClusterNode node) => EndpointOf(node) is { Port: > 0 } endpoint ? endpoint.ToClientString() : node.Id.ToShortString();

    /// <summary>Whether a majority, seen by anyone who answered, holds the node to be down.</summary>
    public bool IsFailed(NodeId id) => Views.Any(v => v.View!.Find(id)?.IsFailed == true);

    public IEnumerable<ClusterNode> ReplicasOf(NodeId master) => Nodes.Where(n => n.MasterId == master);

    public ClusterSummary Summarize()
    {
        var shards = Nodes
            .Where(n => n.IsMaster)
            .OrderBy(n => n.Slots.IsEmpty ? HashSlot.Count : n.Slots.First())
            .ThenBy(n => n.Id)
            .Select(m => new ShardSummary(
                Summarize(m),
                [.. ReplicasOf(m.Id).Select(Summarize).OrderBy(r => r.Endpoint.Host, StringComparer.Ordinal).ThenBy(r => r.Endpoint.Port)]))
            .ToImmutableArray();
        var open = Views.SelectMany(v => v.View!.Myself.Migrating.Concat(v.View.Myself.Importing)).Select(o => o.Slot);
        var keys = shards.Select(s => s.Master.KeyCount).ToList();
        return new ClusterSummary
        {
            Shards = shards,
            NodeCount = Reference is null ? All.Length : Nodes.Length,
            SlotsCovered = Reference?.CoveredSlots().Count ?? 0,
            NodesAgree = Views.Select(v => v.View!.SlotMapSignature).Distinct().Count() == 1,
            OpenSlots = SlotSet.Of(open),
            StateOk = Views.Length > 0 && Views.All(v => v.Info is { IsOk: true }),
            KeyCount = keys.Count > 0 && keys.All(k => k is not null) ? keys.Sum() : null,
        };
    }

    private static IEnumerable<NodeObservation> Most(IEnumerable<NodeObservation> views, Func<NodeObservation, string> tells) =>
        views.GroupBy(tells).MaxBy(g => g.Count()) ?? Enumerable.Empty<NodeObservation>();

    private static string Roles(ClusterView view) =>
        string.Join('|', view.Nodes.Where(n => !n.IsHandshake).OrderBy(n => n.Id).Select(n => $"{n.Id.ToShortString()}{(n.IsMaster ? "" : n.MasterId)}"));

    private NodeSummary Summarize(ClusterNode node)
    {
        var said = Find(node.Id);
        var endpoint = EndpointOf(node);
        return new NodeSummary(
            node.Id,
            endpoint,
            node.IsMaster,
            node.MasterId,
            node.Slots,
            said?.KeyCount,
            IsFailed(node.Id),
            said is not null ? true : All.Any(n => n.Endpoint == endpoint) ? false : null,
            said?.Replication?.IsMasterLinkUp);
    }
}
