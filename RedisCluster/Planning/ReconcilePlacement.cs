using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>
/// Masters spread over zones and hosts as evenly as their shards' members allow, with as few handovers as that takes, one at a time. A
/// failover leaves two masters where one is lost with the other; when everybody is back one of them hands over.
/// </summary>
internal static class ReconcilePlacement
{
    public static ReconcileDecision? Decide(ReconcileSituation situation)
    {
        var shards = Shards(situation);
        if (shards is null || Handover(shards) is not { } handover)
        {
            return null;
        }

        var (from, to) = (situation.NameOf(handover.From.Id), situation.NameOf(handover.To.Id));
        var diagnosis = $"{from} shares {handover.What} with another master: {to} is better placed";
        return !situation.Watch.HasLasted("placement", situation.Desired.Patience)
            ? null
            : ReconcileLeavers.Decide(
                ReconcileKind.Handover, diagnosis, FailoverPlanner.Plan(situation.MembersOnly, new FailoverRequest { Replica = handover.To.Id.ToString() }));
    }

    // Null as long as a shard lacks a replica: then nobody is moved.
    private static List<Shard>? Shards(ReconcileSituation situation)
    {
        var cluster = situation.Cluster;
        var need = new ReplicaNeed(cluster, situation.Labels);
        List<Shard> shards = [];
        foreach (var master in cluster.Nodes.Where(node => !node.Slots.IsEmpty).OrderBy(node => node.Slots.First()))
        {
            var replicas = cluster.ReplicasOf(master.Id).ToList();
            if (replicas.Count < situation.Desired.ReplicasPerShard || !replicas.TrueForAll(situation.IsWorking))
            {
                return null;
            }

            shards.Add(new(new(master.Id, need.PlaceOf(master)), [.. replicas.Select(replica => new Seat(replica.Id, need.PlaceOf(replica)))]));
        }

        return shards;
    }

    private static (Seat From, Seat To, string What)? Handover(List<Shard> shards) =>
        LastHop(shards, seat => seat.Place.Zone, (_, _) => true) is { } zones ? (zones.From, zones.To, "its zone")
        : LastHop(shards, seat => $"{seat.Place.Zone}/{seat.Place.Host}", (from, to) => from.Place.Zone == to.Place.Zone) is { } hosts ? (hosts.From, hosts.To, "its host")
        : null;

    /// <summary>
    /// The shortest way from a group with masters to spare to one that has at least two fewer, along shards that can hand over from one
    /// group to the next. Its last hop, done first, makes nothing worse, and the way is one shorter then.
    /// </summary>
    private static (Seat From, Seat To)? LastHop(List<Shard> shards, Func<Seat, string> group, Func<Seat, Seat, bool> mayMove)
    {
        var counts = shards.SelectMany(shard => shard.Replicas.Append(shard.Master)).Select(group).Distinct().ToDictionary(name => name, _ => 0, StringComparer.Ordinal);
        shards.ForEach(shard => counts[group(shard.Master)]++);
        foreach (var (start, most) in counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var seen = new HashSet<string>(StringComparer.Ordinal) { start };
            var next = new Queue<string>([start]);
            while (next.TryDequeue(out var here))
            {
                foreach (var shard in shards.Where(shard => group(shard.Master) == here))
                {
                    foreach (var replica in shard.Replicas.Where(replica => mayMove(shard.Master, replica) && seen.Add(group(replica))))
                    {
                        if (counts[group(replica)] <= most - 2)
                        {
                            return (shard.Master, replica);
                        }

                        next.Enqueue(group(replica));
                    }
                }
            }
        }

        return null;
    }

    private sealed record Seat(NodeId Id, NodePlace Place);

    private sealed record Shard(Seat Master, IReadOnlyList<Seat> Replicas);
}
