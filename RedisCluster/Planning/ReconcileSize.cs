using System.Collections.Immutable;
using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>As many masters with slots as there shall be, with about as many slots each.</summary>
internal static class ReconcileSize
{
    /// <summary>A node that has only just come or changed its role may be about to change it again.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    /// <summary>A list too short for a cluster, such as half of a file: what stands is not taken apart for it.</summary>
    public static ReconcileDecision? TooSmall(ReconcileSituation situation)
    {
        var (places, shards) = (situation.Places.Length, situation.Desired.ShardCount);
        return shards < CreateRequestRules.FewestMasters
            ? new(ReconcileKind.LeftAlone, string.Create(
                CultureInfo.InvariantCulture,
                $"{places} nodes with {situation.Desired.ReplicasPerShard} replicas per shard make {shards} masters, and a cluster needs at least {CreateRequestRules.FewestMasters}: it is not taken apart"))
            : places < shards
            ? new(ReconcileKind.LeftAlone, string.Create(CultureInfo.InvariantCulture, $"{places} nodes are listed and there shall be {shards} masters: it is not taken apart"))
            : null;
    }

    public static ReconcileDecision? Grow(ReconcileSituation situation)
    {
        var owners = Owners(situation);
        var lacking = situation.Desired.ShardCount - owners.Count;
        var fresh = EmptyMasters(situation);
        if (lacking <= 0 || fresh.Count == 0 || !situation.Watch.HasLasted("empty masters", Moment))
        {
            return null;
        }

        var need = new ReplicaNeed(situation.Cluster, situation.Labels);
        var taken = owners.Select(owner => need.PlaceOf(owner).Host).ToList();
        List<ClusterNode> masters = [];
        foreach (var _ in Enumerable.Range(0, Math.Min(lacking, fresh.Count)))
        {
            var next = fresh.MinBy(node => taken.Count(host => host == need.PlaceOf(node).Host))!;
            fresh.Remove(next);
            masters.Add(next);
            taken.Add(need.PlaceOf(next).Host);
        }

        var names = Names.List([.. masters.Select(master => situation.NameOf(master.Id))]);
        var moves = RebalancePlanner.Plan(situation.MembersOnly, new RebalanceRequest
        {
            UseEmptyMasters = true,
            Threshold = 0,
            Weights = [.. EmptyMasters(situation).Except(masters).Concat(Unlisted(situation)).Select(node => new NodeWeight(node.Id.ToString(), 0))],
        });
        return ReconcileLeavers.Decide(
            ReconcileKind.Grow,
            string.Create(CultureInfo.InvariantCulture, $"there are {owners.Count} masters with slots and there shall be {situation.Desired.ShardCount}: {names} {(masters.Count == 1 ? "becomes one" : "become some")}"),
            moves.IsRefused ? moves : moves with { Operation = "grow", Phases = [.. Prepare(situation, need, masters, fresh), .. moves.Phases] });
    }

    /// <summary>What an interrupted growing leaves: a master with far fewer slots than the others.</summary>
    public static ReconcileDecision? Level(ReconcileSituation situation)
    {
        var owners = Owners(situation);
        var poor = owners.Where(owner => owner.Slots.Count * 2 < HashSlot.Count / owners.Count && situation.PlaceOf(owner.Id) is not null).ToList();
        return poor.Count == 0 || owners.Count != situation.Desired.ShardCount || !situation.Watch.HasLasted("few slots", situation.Desired.Patience)
            ? null
            : ReconcileLeavers.Decide(
                ReconcileKind.Grow,
                string.Create(CultureInfo.InvariantCulture, $"{situation.NameOf(poor[0].Id)} has {poor[0].Slots.Count} slots, less than half its share"),
                RebalancePlanner.Plan(situation.MembersOnly, new RebalanceRequest()));
    }

    public static ReconcileDecision? Shrink(ReconcileSituation situation)
    {
        var owners = Owners(situation);
        var surplus = owners.Count - situation.Desired.ShardCount;
        if (surplus <= 0 || situation.Desired.ShardCount < 1 || !situation.Watch.HasLasted("too many masters", Moment))
        {
            return null;
        }

        // The last places go first, and nobody's who is not listed: that one was put there by somebody.
        var leaving = owners
            .Where(owner => situation.PlaceOf(owner.Id) is not null)
            .OrderByDescending(owner => situation.Desired.Nodes.IndexOf(situation.PlaceOf(owner.Id)!.Node))
            .Take(surplus)
            .ToList();
        if (leaving.Count == 0)
        {
            return null;
        }

        var names = Names.List([.. leaving.Select(owner => situation.NameOf(owner.Id))]);
        var moves = RebalancePlanner.Plan(situation.MembersOnly, new RebalanceRequest
        {
            Threshold = 0,
            Weights = [.. leaving.Select(owner => new NodeWeight(owner.Id.ToString(), 0))],
        });
        return ReconcileLeavers.Decide(
            ReconcileKind.Shrink,
            string.Create(
                CultureInfo.InvariantCulture,
                $"there are {owners.Count} masters with slots and there shall be {situation.Desired.ShardCount}: {names} {(leaving.Count == 1 ? "gives its slots" : "give their slots")} away"),
            moves with { Operation = "shrink" });
    }

    /// <summary>Masters at places that have no slots and answer, in the order of the places.</summary>
    public static List<ClusterNode> EmptyMasters(ReconcileSituation situation) =>
    [
        .. situation.Places
            .Where(place => place.Id is not null)
            .Select(place => situation.Cluster.Reference!.Find(place.Id!.Value))
            .OfType<ClusterNode>()
            .Where(node => node.IsMaster && node.Slots.IsEmpty && !situation.Cluster.IsFailed(node.Id)),
    ];

    private static List<ClusterNode> Owners(ReconcileSituation situation) =>
        [.. situation.Cluster.Nodes.Where(node => !node.Slots.IsEmpty)];

    private static IEnumerable<ClusterNode> Unlisted(ReconcileSituation situation) => situation.Cluster.Nodes
        .Where(node => node.IsMaster && node.Slots.IsEmpty && situation.PlaceOf(node.Id) is null && situation.Cluster.Find(node.Id) is not null);

    // A master has its functions and its replicas before it has data.
    private static IEnumerable<PlanPhase> Prepare(ReconcileSituation situation, ReplicaNeed need, List<ClusterNode> masters, List<ClusterNode> left)
    {
        var cluster = situation.Cluster;
        if (AddNodePlanner.Source(cluster, null) is { } source)
        {
            yield return new("functions", [.. masters.Select(master => new CopyFunctions(cluster.EndpointOf(master), source, null, "a master has to have the functions of the others"))]);
        }

        List<Replicate> replicas = [];
        for (var round = 0; round < situation.Desired.ReplicasPerShard; round++)
        {
            foreach (var master in masters.Where(_ => left.Count > 0))
            {
                var replica = left.Find(node => need.PlaceOf(node).Host != need.PlaceOf(master).Host) ?? left[0];
                left.Remove(replica);
                replicas.Add(new(cluster.EndpointOf(replica), cluster.EndpointOf(master), master.Id, "a shard has its replicas before it has data"));
            }
        }

        if (replicas.Count > 0)
        {
            yield return new("replicate", [.. replicas]);
            yield return new("sync", [new AwaitReplicas([.. replicas.Select(step => step.Node)], "a replica without the data protects nothing")]);
        }
    }
}
