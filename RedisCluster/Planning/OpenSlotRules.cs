using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Slots left half way between two nodes, with both ends named.</summary>
internal static class OpenSlotRules
{
    public static IEnumerable<Finding> Check(ObservedCluster cluster)
    {
        foreach (var node in cluster.Views)
        {
            var myself = node.View!.Myself;
            foreach (var (ends, slots) in Ends(cluster, myself.Migrating, "to", (peer, slot) => Importing(peer, slot, myself.Id)))
            {
                yield return Open($"{node.Endpoint.ToClientString()} has slots left migrating {ends}: {slots}.", node);
            }

            foreach (var (ends, slots) in Ends(cluster, myself.Importing, "from", (peer, slot) => Migrating(peer, slot, myself.Id)))
            {
                yield return Open($"{node.Endpoint.ToClientString()} has slots left importing {ends}: {slots}.", node);
            }
        }
    }

    private static Finding Open(string message, NodeObservation node) => new(Severity.Error, FindingCodes.SlotOpen, message, node.Endpoint);

    private static IEnumerable<(string Ends, SlotSet Slots)> Ends(
        ObservedCluster cluster, IEnumerable<OpenSlot> open, string way, Func<ClusterNode?, int, string> answer) =>
        open.GroupBy(slot => $"{way} {NameOf(cluster, slot.Peer)}, which {answer(cluster.Find(slot.Peer)?.View?.Myself, slot.Slot)}")
            .Select(ends => (ends.Key, SlotSet.Of(ends.Select(slot => slot.Slot))));

    private static string Importing(ClusterNode? peer, int slot, NodeId from) =>
        peer is null ? "does not answer"
        : peer.IsReplica ? "is a replica"
        : peer.Importing.Any(open => open.Slot == slot && open.Peer == from) ? "is importing them"
        : peer.Importing.Any(open => open.Slot == slot) ? "is importing them from another node"
        : "is not importing them";

    private static string Migrating(ClusterNode? peer, int slot, NodeId to) =>
        peer is null ? "does not answer"
        : peer.IsReplica ? "is a replica"
        : peer.Migrating.Any(open => open.Slot == slot && open.Peer == to) ? "is migrating them"
        : peer.Migrating.Any(open => open.Slot == slot) ? "is migrating them to another node"
        : peer.Slots.Contains(slot) ? "is not migrating them"
        : "does not own them";

    private static string NameOf(ObservedCluster cluster, NodeId id) =>
        cluster.Find(id)?.Endpoint.ToClientString()
        ?? (cluster.Nodes.FirstOrDefault(n => n.Id == id) is { } known ? cluster.NameOf(known) : $"the unknown node {id.ToShortString()}");
}
