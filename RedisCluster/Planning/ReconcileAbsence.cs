using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Masters with slots that do not answer: their replicas or their return will help, and nobody else but where no peer will notice.</summary>
internal static class ReconcileAbsence
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    public static ReconcileDecision? Decide(ReconcileSituation situation)
    {
        var cluster = situation.Cluster;
        var owners = cluster.Nodes.Where(node => !node.Slots.IsEmpty).ToList();
        var away = owners.Where(node => cluster.Find(node.Id) is null).ToList();
        if (away.Count == 0)
        {
            return null;
        }

        var names = Names.List([.. away.Select(node => situation.NameOf(node.Id))]);
        if ((owners.Count - away.Count) * 2 <= owners.Count)
        {
            return new(ReconcileKind.Waiting, $"the majority of the masters is away: waiting for {names}");
        }

        if (Promote(situation, away) is { } promotion)
        {
            return promotion;
        }

        var lost = away.Where(master => !cluster.ReplicasOf(master.Id).Any(replica => cluster.Find(replica.Id) is not null)).ToList();
        return lost.Count == 0
            ? new(ReconcileKind.Waiting, $"a failover is under way: waiting for a replica to take the place of {names}")
            : new(
                ReconcileKind.Waiting,
                $"slots {lost[0].Slots} have no living owner and no replica: waiting for {situation.NameOf(lost[0].Id)}"
                + (situation.Gone.Length > 0 && situation.At(PlaceState.Silent).FirstOrDefault() is null
                    ? ". Every place answers, so it came back without its disk: restore a backup, or give the slots up with fix"
                    : ""));
    }

    /// <summary>
    /// A master whose place was taken by a fresh node before anybody missed it. Its peers find another id at its address, forget the address
    /// and ping it no more, so that it never fails for them and its replica is never elected.
    /// </summary>
    private static ReconcileDecision? Promote(ReconcileSituation situation, IReadOnlyList<ClusterNode> away)
    {
        foreach (var (place, old) in ReconcileDisks.Predecessors(situation))
        {
            var isUnnoticed = away.Any(master => master.Id == old)
                && situation.Members.Any(member => member.MasterId == old && member.View!.Find(old) is { IsFailed: false, Address.IsKnown: false });
            if (isUnnoticed && situation.Watch.HasLasted($"unnoticed {old}", Moment))
            {
                return ReconcileLeavers.Decide(
                    ReconcileKind.Promote,
                    $"{place.Node.Name} came back without its disk as {place.Said!.MyId!.Value.ToShortString()}, and its peers will not notice that {old.ToShortString()}, a master, is gone",
                    FailoverPlanner.Plan(situation.MembersOnly, new FailoverRequest { Shard = old.ToString(), Mode = FailoverMode.Force }));
            }
        }

        return null;
    }
}
