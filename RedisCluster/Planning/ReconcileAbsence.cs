using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Masters with slots that do not answer: their replicas or their return will help, nobody else.</summary>
internal static class ReconcileAbsence
{
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
}
