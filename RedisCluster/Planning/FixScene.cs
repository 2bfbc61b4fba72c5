using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>A master that answers, as far as its slots matter.</summary>
/// <param name="Endpoint">How it was asked.</param>
/// <param name="Id">Its id.</param>
/// <param name="Slots">The slots it says it owns.</param>
/// <param name="Epoch">Its config epoch.</param>
/// <param name="Migrating">Where its open slots go.</param>
/// <param name="Importing">Where its open slots come from.</param>
internal sealed record FixMaster(
    NodeEndpoint Endpoint, NodeId Id, SlotSet Slots, long Epoch, IReadOnlyDictionary<int, NodeId> Migrating, IReadOnlyDictionary<int, NodeId> Importing)
{
    public string Name => Endpoint.ToClientString();

    public bool HasOpen(int slot) => Migrating.ContainsKey(slot) || Importing.ContainsKey(slot);

    public SlotSet Open => SlotSet.Of(Migrating.Keys.Concat(Importing.Keys));
}

/// <summary>Who could be part of a fix, who is missing, and which slots are not in order.</summary>
internal sealed class FixScene
{
    private readonly HashSet<NodeId> _present;

    private FixScene(ObservedCluster cluster)
    {
        Cluster = cluster;
        Members = [.. cluster.Views.Where(v => cluster.Views.Any(other => other != v && (Knows(other, v) || Knows(v, other))))];
        Members = Members.IsEmpty ? [.. cluster.Views.Where(v => v.View == cluster.Reference)] : Members;
        // Who is down to the cluster but answers here is cut off from it: what it says of its slots is not what clients are served.
        Masters = [.. Members.Where(v => v.View!.Myself.IsMaster && !cluster.IsFailed(v.View.Myself.Id)).Select(MasterOf)];
        _present = [.. Members.Where(v => !cluster.IsFailed(v.View!.Myself.Id)).Select(v => v.View!.Myself.Id)];
        Claimed = Union(Masters.Select(m => m.Slots));
        Missing = [.. FindMissing()];
        Disputed = FindDisputed();
        Questionable = FindQuestionable();
    }

    public ObservedCluster Cluster { get; }

    /// <summary>The nodes of the cluster that answered; not a stranger that was asked as well.</summary>
    public ImmutableArray<NodeObservation> Members { get; }

    /// <summary>The masters that answered and are not down to the others.</summary>
    public ImmutableArray<FixMaster> Masters { get; }

    /// <summary>Slots that at least one of the masters says it owns.</summary>
    public SlotSet Claimed { get; }

    /// <summary>Nodes that did not answer, or are cut off, with the slots that are theirs to any peer and nobody else claims.</summary>
    public ImmutableArray<(ClusterNode Node, SlotSet Slots)> Missing { get; }

    /// <summary>Slots whose owner is not the owner to every node.</summary>
    public SlotSet Disputed { get; }

    /// <summary>Slots that are not in order: open, without an owner, with several, or disputed.</summary>
    public SlotSet Questionable { get; }

    /// <summary>Null when no node of a cluster answered.</summary>
    public static FixScene? Of(ClusterObservation observation) => ObservedCluster.Of(observation) is { Reference: not null } cluster ? new(cluster) : null;

    public FixMaster? Find(NodeId id) => Masters.FirstOrDefault(m => m.Id == id);

    /// <summary>The master that most nodes take for the owner of the slot; null where it is none of those that answered.</summary>
    public FixMaster? BelievedOwner(int slot) => Cluster.Reference!.Nodes.FirstOrDefault(n => n.Slots.Contains(slot)) is { } node ? Find(node.Id) : null;

    private static bool Knows(NodeObservation node, NodeObservation peer) => node.View!.Find(peer.View!.Myself.Id) is { IsHandshake: false };

    private static FixMaster MasterOf(NodeObservation node)
    {
        var myself = node.View!.Myself;
        return new(
            node.Endpoint,
            myself.Id,
            myself.Slots,
            myself.ConfigEpoch,
            myself.Migrating.ToDictionary(open => open.Slot, open => open.Peer),
            myself.Importing.ToDictionary(open => open.Slot, open => open.Peer));
    }

    private IEnumerable<(ClusterNode Node, SlotSet Slots)> FindMissing() =>
        Members.SelectMany(v => v.View!.Nodes)
            .Where(n => !n.IsHandshake && !_present.Contains(n.Id))
            .GroupBy(n => n.Id)
            .OrderBy(lines => lines.Key)
            .Select(lines => (lines.First(), Union(lines.Select(n => n.Slots)).Except(Claimed)));

    private SlotSet FindDisputed()
    {
        var disputed = SlotSet.Empty;
        foreach (var view in Members.Select(v => v.View!).Where(v => _present.Contains(v.Myself.Id)))
        {
            foreach (var master in Masters)
            {
                var seen = view.Find(master.Id)?.Slots ?? SlotSet.Empty;
                disputed = master.Slots.IsSubsetOf(seen) ? disputed : disputed.Union(master.Slots.Except(seen));
            }
        }

        return disputed;
    }

    private SlotSet FindQuestionable()
    {
        var (once, twice) = (SlotSet.Empty, SlotSet.Empty);
        foreach (var master in Masters)
        {
            twice = twice.Union(once.Intersect(master.Slots));
            once = once.Union(master.Slots);
        }

        // A master that loses its last slot becomes a replica and drops whatever else it holds: that has to be known before.
        var open = Union(Masters.Select(m => m.Open));
        return Masters.Any(m => !m.Slots.IsEmpty && m.Slots.IsSubsetOf(open))
            ? SlotSet.All
            : open.Union(Claimed.Complement()).Union(twice).Union(Disputed);
    }

    private static SlotSet Union(IEnumerable<SlotSet> sets) => sets.Aggregate(SlotSet.Empty, (all, slots) => slots.IsEmpty ? all : all.Union(slots));
}
