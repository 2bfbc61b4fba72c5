using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace RedisCluster.Topology;

/// <summary>The cluster as one node sees it: its reply to CLUSTER NODES.</summary>
public sealed class ClusterView
{
    private readonly Dictionary<NodeId, ClusterNode> _byId;
    private readonly Lazy<string> _signature;

    internal ClusterView(ImmutableArray<ClusterNode> nodes, Dictionary<NodeId, ClusterNode> byId, ClusterNode myself)
    {
        Nodes = nodes;
        Myself = myself;
        _byId = byId;
        _signature = new Lazy<string>(ComputeSignature);
    }

    /// <summary>All nodes it knows, itself included, in the order of the reply.</summary>
    public ImmutableArray<ClusterNode> Nodes { get; }

    /// <summary>The line of the node that was asked.</summary>
    public ClusterNode Myself { get; }

    /// <summary>Which node owns which slots, as one text that is equal for two nodes exactly when they agree.</summary>
    public string SlotMapSignature => _signature.Value;

    /// <summary>The node with the id.</summary>
    /// <param name="id">A node's id.</param>
    /// <returns>Null when this view does not know it.</returns>
    public ClusterNode? Find(NodeId id) => _byId.GetValueOrDefault(id);

    /// <summary>The slots that have an owner in this view, whatever the owner's state.</summary>
    /// <returns>The union of all nodes' slots.</returns>
    public SlotSet CoveredSlots()
    {
        var covered = SlotSet.Empty;
        foreach (var node in Nodes)
        {
            covered = node.Slots.IsEmpty ? covered : covered.Union(node.Slots);
        }

        return covered;
    }

    /// <summary>Reads the reply to CLUSTER NODES of Redis 7.0 to 8.x and Valkey 7.2 to 9.x, or a nodes.conf.</summary>
    /// <param name="text">The whole reply.</param>
    /// <returns>The view.</returns>
    /// <exception cref="FormatException">The text is anything else; the message names the line and the field.</exception>
    public static ClusterView Parse(string text) => ClusterNodesParser.Parse(text);

    /// <summary>Reads the reply to CLUSTER NODES.</summary>
    /// <param name="text">The whole reply.</param>
    /// <param name="view">The view, or null.</param>
    /// <returns>False when <see cref="Parse"/> would throw.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ClusterView? view) => Reply.TryRead(text, Parse, out view);

    private string ComputeSignature() =>
        string.Join('|', Nodes.Where(n => !n.Slots.IsEmpty).OrderBy(n => n.Id).Select(n => $"{n.Id}:{n.Slots}"));
}
