using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Members at no place: whoever was listed once, or may be removed, hands over what it has and leaves; others are somebody else's affair.</summary>
internal static class ReconcileLeavers
{
    /// <summary>Nodes that are gone, when every place is taken: nobody will see them again.</summary>
    public static ReconcileDecision? DecideGone(ReconcileSituation situation)
    {
        if (situation.Gone.IsEmpty || situation.Places.Any(place => place.State != PlaceState.Member))
        {
            return null;
        }

        foreach (var id in situation.Gone.Where(situation.MayLeave))
        {
            if (situation.Watch.HasLasted($"gone {id}", situation.Desired.Patience))
            {
                return Decide(
                    ReconcileKind.Forget, $"{situation.NameOf(id)} is gone, and every place is taken by another node",
                    DelNodePlanner.Plan(situation.MembersOnly, null, new DelNodeRequest { Node = id.ToString(), Reset = false, Labels = situation.Labels }));
            }
        }

        return null;
    }

    /// <summary>Nodes that answer and are not listed any more.</summary>
    public static ReconcileDecision? DecidePresent(ReconcileSituation situation)
    {
        var leaving = situation.Members.Where(member => situation.PlaceOf(member.Id!.Value) is null && situation.MayLeave(member.Id.Value)).ToList();

        // Those with the least go first: a master's slots are not moved to one that leaves next. A replica stays until its master's are away: a master
        // that is stopping waits for the one or the other.
        foreach (var member in leaving.OrderBy(member => leaving.Exists(owner => owner.Id == member.MasterId && !owner.Slots.IsEmpty)).ThenBy(member => member.Slots.Count))
        {
            var name = situation.NameOf(member.Id!.Value);
            var heir = situation.Cluster.ReplicasOf(member.Id.Value)
                .FirstOrDefault(replica => situation.PlaceOf(replica.Id) is not null && situation.IsWorking(replica));
            return heir is not null && !member.Slots.IsEmpty
                ? Decide(
                    ReconcileKind.Handover, $"{name} is not listed any more and is a master: {situation.NameOf(heir.Id)} takes its place first",
                    FailoverPlanner.Plan(situation.MembersOnly, new FailoverRequest { Replica = heir.Id.ToString() }))
                : Decide(
                    ReconcileKind.Remove, $"{name} is not listed any more",
                    DelNodePlanner.Plan(situation.MembersOnly, null, new DelNodeRequest { Node = member.Id.Value.ToString(), Labels = situation.Labels }));
        }

        return null;
    }

    /// <summary>A planner that refuses leaves nothing to do but to say so.</summary>
    public static ReconcileDecision? Decide(ReconcileKind kind, string diagnosis, ClusterPlan plan) =>
        plan.IsRefused ? new(ReconcileKind.Waiting, $"{diagnosis}; {plan.Refusals[0].Message}")
        : plan.IsEmpty ? null
        : new(kind, diagnosis, plan);
}
