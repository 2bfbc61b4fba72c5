using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>
/// Which nodes are one cluster, by the ids they remember and never by their addresses: an address may have passed to a node of another
/// cluster, an id does not.
/// </summary>
internal static class ClusterIds
{
    /// <summary>Knows nobody, owns nothing, holds nothing.</summary>
    public static bool IsBlank(NodeObservation node) =>
        node is { IsReachable: true, View: { } view, KeyCount: 0 }
        && view.Myself is { IsMaster: true, Slots.IsEmpty: true }
        && view.Nodes.All(known => known.IsMyself || known.IsHandshake);

    /// <summary>
    /// The ids of the cluster at the listed places; of several, the one that was there before, or else has an owner for every slot, or else
    /// most of the places.
    /// </summary>
    public static IReadOnlySet<NodeId> Of(ClusterObservation observation, IReadOnlySet<NodeId> listed, ReconcileMemory memory)
    {
        var clusters = new List<HashSet<NodeId>>();
        foreach (var view in observation.Nodes.Where(node => node is { IsReachable: true, View: not null }).Select(node => node.View!))
        {
            HashSet<NodeId> together = [.. view.Nodes.Where(node => !node.IsHandshake).Select(node => node.Id)];
            foreach (var other in clusters.Where(other => other.Overlaps(together)).ToList())
            {
                together.UnionWith(other);
                clusters.Remove(other);
            }

            clusters.Add(together);
        }

        // A node on its own is no cluster, unless it owns something.
        return clusters
            .Where(ids => ids.Overlaps(listed) && (ids.Count > 1 || !IsBlankNode(observation, ids.Single())))
            .OrderByDescending(ids => ids.Count(memory.Listed.Contains))
            .ThenByDescending(ids => Covered(observation, ids) == HashSlot.Count)
            .ThenByDescending(ids => ids.Count(listed.Contains))
            .ThenBy(ids => ids.Min())
            .FirstOrDefault() ?? [];
    }

    private static bool IsBlankNode(ClusterObservation observation, NodeId id) => observation.Find(id) is { } node && (IsBlank(node) || IsLonelyWithKeys(node));

    private static bool IsLonelyWithKeys(NodeObservation node) => node.View!.Myself.Slots.IsEmpty;

    private static int Covered(ClusterObservation observation, HashSet<NodeId> ids) =>
        observation.Nodes.Where(node => node.MyId is { } id && ids.Contains(id) && node.View is not null).Max(node => node.View!.CoveredSlots().Count);
}
