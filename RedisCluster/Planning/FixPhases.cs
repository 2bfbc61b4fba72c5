using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Writes what was decided for each slot as steps for each node.</summary>
/// <remarks>
/// The order is what keeps keys alive. A master that hears of another owner with a higher epoch deletes the keys of the slot, so whoever is
/// not to own it gives it up before the owner takes a new epoch, and before the two meet. Every slot has an owner before keys are moved: no
/// server moves any while the cluster is down. Slots are handed over last: a master that loses its last slot becomes a replica and drops
/// whatever else it holds.
/// </remarks>
internal sealed class FixPhases(FixScene scene, IReadOnlyList<FixDecision> decisions, MigrationTuning tuning)
{
    public ImmutableArray<PlanPhase> Write() =>
    [
        .. Phase("release", Pairs(d => d.Released.Select(m => (m, d.Owner))).Select(p =>
            new ReleaseSlots(p.From.Endpoint, p.To.Endpoint, p.To.Id, p.Slots, "two nodes own them, and the other one holds most of their keys"))),
        .. Phase("confirm", Singles(d => d.Confirm ? [d.HandedOverBy ?? d.Owner] : []).Select(p =>
            new ConfirmSlots(p.Node.Endpoint, p.Node.Id, p.Slots, [.. Others(p.Node)], "not every node takes it for their owner"))),
        .. Phase("meet", Strangers()),
        .. Phase("close", Singles(d => d.Closed).Select(p =>
            new CloseSlots(p.Node.Endpoint, p.Slots, "a migration left them open, and no key is on its way"))),
        .. Phase("take", Singles(d => d is { Take: true, HandedOverBy: null } ? [d.Owner] : []).Select(p =>
            new TakeSlots(p.Node.Endpoint, p.Node.Id, p.Slots, [.. Deaf(p.Node, p.Slots)], "nobody owns them; it has their keys, or fewest slots"))
            .Concat(Pairs(d => d is { Take: true, HandedOverBy: { } from } ? [(from, d.Owner)] : []).Select(p =>
                new TakeSlots(p.From.Endpoint, p.From.Id, p.Slots, [.. Deaf(p.From, p.Slots)], "nobody owns them, and both hold their keys") { Heir = p.To.Endpoint, HeirId = p.To.Id }))),
        .. Phase("collect", Pairs(d => d.Collected.Select(m => (m, d.Owner))).Select(p =>
            new CollectKeys(p.From.Endpoint, p.From.Id, p.To.Endpoint, p.To.Id, p.Slots, "no client finds keys outside the owner of their slot") { Tuning = tuning })),
        .. Phase("move", Pairs(d => d.HandedOverBy is { } from ? [(from, d.Owner)] : []).Select(p =>
            new MoveSlots(p.From.Endpoint, p.From.Id, p.To.Endpoint, p.To.Id, p.Slots, "they were left half way; finishing leaves no key out of sight")
            {
                Tuning = tuning with { Replace = true },
            })),
    ];

    private static ImmutableArray<PlanPhase> Phase(string name, IEnumerable<PlanStep> steps)
    {
        ImmutableArray<PlanStep> all = [.. steps];
        return all.IsEmpty ? [] : [new PlanPhase(name, all)];
    }

    private IEnumerable<Meet> Strangers() =>
        from node in scene.Members
        from peer in scene.Members
        where node.View!.Find(peer.View!.Myself.Id) is null
        let target = new Member(0, peer.Endpoint, peer)
        select new Meet(node.Endpoint, peer.Endpoint, target.MeetIp, target.MeetPort, target.MeetBusPort, "it does not know that node of its cluster");

    // A master that is importing a slot, or is about to, does not let gossip tell it who owns that slot.
    private IEnumerable<NodeEndpoint> Deaf(FixMaster owner, SlotSet slots)
    {
        var involved = decisions.Where(d => slots.Contains(d.Slot)).SelectMany(d => d.Collected.Append(d.Owner)).ToHashSet();
        return scene.Masters.Where(m => m != owner && (involved.Contains(m) || m.Open.Overlaps(slots))).Select(m => m.Endpoint);
    }

    private IEnumerable<NodeEndpoint> Others(FixMaster owner) => scene.Masters.Where(m => m != owner).Select(m => m.Endpoint);

    private IEnumerable<(FixMaster Node, SlotSet Slots)> Singles(Func<FixDecision, IEnumerable<FixMaster>> select) =>
        decisions.SelectMany(d => select(d).Select(m => (Node: m, d.Slot)))
            .GroupBy(entry => entry.Node.Id)
            .Select(g => (g.First().Node, SlotSet.Of(g.Select(entry => entry.Slot))))
            .OrderBy(entry => entry.Node.Name, StringComparer.Ordinal);

    private IEnumerable<(FixMaster From, FixMaster To, SlotSet Slots)> Pairs(Func<FixDecision, IEnumerable<(FixMaster From, FixMaster To)>> select) =>
        decisions.SelectMany(d => select(d).Select(pair => (pair.From, pair.To, d.Slot)))
            .GroupBy(entry => (From: entry.From.Id, To: entry.To.Id))
            .Select(g => (g.First().From, g.First().To, SlotSet.Of(g.Select(entry => entry.Slot))))
            .OrderBy(entry => entry.From.Name, StringComparer.Ordinal).ThenBy(entry => entry.To.Name, StringComparer.Ordinal);
}
