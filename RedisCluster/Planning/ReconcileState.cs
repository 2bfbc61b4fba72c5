using System.Collections.Immutable;
using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Nodes that reach each other and do not say cluster_state:ok, or do not agree.</summary>
internal static class ReconcileState
{
    /// <summary>A server refuses writes for 2 s after its start, and a timeout of another length does not change that.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(1);

    public static ReconcileDecision? Decide(ReconcileSituation situation)
    {
        var cluster = situation.Cluster;

        // Whoever leaves and owns nothing holds nobody up: it may know nobody any more, and be known still.
        var members = situation.Members.Where(member => situation.PlaceOf(member.Id!.Value) is not null || !member.Slots.IsEmpty || !situation.MayLeave(member.Id.Value)).ToList();
        var failing = members.Where(member => member.Observation!.Info is { IsOk: false }).ToList();
        if (failing.Count > 0)
        {
            var names = Names.List([.. failing.Select(member => situation.NameOf(member.Id!.Value))]);
            var waiting = new ReconcileDecision(ReconcileKind.Waiting, $"waiting for cluster_state:ok of {names}");
            if (failing.Find(IsDeaf) is { } deaf)
            {
                return situation.Watch.HasLasted($"deaf {deaf.Id}", situation.Desired.Patience)
                    ? new(ReconcileKind.Fix, $"{situation.NameOf(deaf.Id!.Value)} imports a slot, and therefore does not let others tell it who owns that")
                    : waiting;
            }

            var shorten = situation.Gone.IsEmpty && situation.Places.All(place => place.State == PlaceState.Member)
                && situation.Watch.HasLasted("state fail", Usual)
                && failing.Any(member => member.Observation!.NodeTimeout > CreateRequest.DefaultFormingNodeTimeout);
            return shorten
                ? new(ReconcileKind.Settle, $"all nodes reach each other, and {names} do not say cluster_state:ok yet", Settle(situation, members, failing))
                : waiting;
        }

        if (members.Exists(member => member.View!.SlotMapSignature != cluster.Reference!.SlotMapSignature))
        {
            const string Disagree = "the nodes disagree on who owns which slots";
            return situation.Watch.HasLasted("slot maps", situation.Desired.Patience) ? new(ReconcileKind.Fix, Disagree) : new(ReconcileKind.Waiting, $"{Disagree}: they may be about to agree");
        }

        // Who went right after a handover never told everybody of its new role, and without slots nothing depends on it any more.
        var dissenting = cluster.Nodes.FirstOrDefault(node =>
            !(situation.Gone.Contains(node.Id) && node.Slots.IsEmpty) && members.Exists(member => member.View!.Find(node.Id) is { } seen && seen.IsMaster != node.IsMaster));
        return dissenting is null ? null : new(ReconcileKind.Waiting, $"waiting for the nodes to agree on the role of {situation.NameOf(dissenting.Id)}");
    }

    // The owner it imported from failed over before the migration was finished: gossip changes nothing about a slot that is being imported
    // (clusterUpdateSlotsConfigWith), so that it has no owner there, and that node says fail, for ever.
    private static bool IsDeaf(Member member) => !SlotSet.Of(member.View!.Myself.Importing.Select(open => open.Slot)).Except(member.View.CoveredSlots()).IsEmpty;

    // After a minority a master stays in its state of failure for as long as its node timeout, up to 5 s.
    private static ClusterPlan Settle(ReconcileSituation situation, List<Member> members, List<Member> failing)
    {
        var lowered = failing.Where(member => member.Observation!.NodeTimeout > CreateRequest.DefaultFormingNodeTimeout).ToList();
        var all = members.Select(member => member.Endpoint).ToImmutableArray();
        return new ClusterPlan
        {
            Operation = "settle",
            Phases =
            [
                new("prepare", [.. lowered.Select(member => new LowerNodeTimeout(
                    member.Endpoint, CreateRequest.DefaultFormingNodeTimeout, member.Observation!.NodeTimeout!.Value, "a master that was in a minority stays in state fail for up to this long"))]),
                new("agree", [new AwaitAgreement(all, string.Create(CultureInfo.InvariantCulture, $"all {all.Length} nodes reach each other"))]),
                new("restore", [.. lowered.Select(member => new RestoreNodeTimeout(
                    member.Endpoint, situation.Desired.NodeTimeout ?? member.Observation!.NodeTimeout!.Value, "it was lowered only to leave the state of failure"))]),
            ],
        };
    }
}
