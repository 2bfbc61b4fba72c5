using System.Collections.Immutable;

namespace RedisCluster.Topology;

/// <summary>How many keys nodes hold in slots, whoever owns these.</summary>
public sealed class SlotKeys
{
    private readonly ImmutableDictionary<NodeId, ImmutableSortedDictionary<int, long>> _byNode;

    private SlotKeys(ImmutableDictionary<NodeId, ImmutableSortedDictionary<int, long>> byNode) => _byNode = byNode;

    /// <summary>Nothing was counted, or nothing found.</summary>
    public static SlotKeys None { get; } = new(ImmutableDictionary<NodeId, ImmutableSortedDictionary<int, long>>.Empty);

    /// <summary>The nodes that hold at least one key in a slot that was counted.</summary>
    public IEnumerable<NodeId> Nodes => _byNode.Keys;

    /// <summary>Puts counts together.</summary>
    /// <param name="counts">Node, slot and keys; entries of 0 keys are left out, of two for the same slot of a node the last one counts.</param>
    /// <returns>The counts.</returns>
    public static SlotKeys Of(IEnumerable<(NodeId Node, int Slot, long Keys)> counts) =>
        new(counts.Where(count => count.Keys > 0).GroupBy(count => count.Node).ToImmutableDictionary(
            node => node.Key,
            node => ImmutableSortedDictionary.CreateRange(node.GroupBy(count => count.Slot).Select(slot => KeyValuePair.Create(slot.Key, slot.Last().Keys)))));

    /// <summary>The keys a node holds in a slot.</summary>
    /// <param name="node">The node.</param>
    /// <param name="slot">The slot.</param>
    /// <returns>0 as well where nothing was counted.</returns>
    public long Of(NodeId node, int slot) => _byNode.TryGetValue(node, out var slots) ? slots.GetValueOrDefault(slot) : 0;

    /// <summary>The keys a node holds in slots.</summary>
    /// <param name="node">The node.</param>
    /// <param name="slots">The slots.</param>
    /// <returns>The sum.</returns>
    public long Of(NodeId node, SlotSet slots) =>
        _byNode.TryGetValue(node, out var counted) ? counted.Where(slot => slots.Contains(slot.Key)).Sum(slot => slot.Value) : 0;

    /// <summary>The slots a node holds keys in.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The slots; empty where nothing was counted.</returns>
    public SlotSet SlotsOf(NodeId node) => _byNode.TryGetValue(node, out var slots) ? SlotSet.Of(slots.Keys) : SlotSet.Empty;
}
