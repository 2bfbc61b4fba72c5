using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Shards that lack replicas which others, or nobody, need.</summary>
internal static class ReconcileReplicas
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    /// <summary>Masters without slots that are not to get any become replicas.</summary>
    public static ReconcileDecision? Attach(ReconcileSituation situation)
    {
        var spare = ReconcileSize.EmptyMasters(situation);
        if (spare.Count == 0 || !situation.Watch.HasLasted("spare masters", Moment))
        {
            return null;
        }

        var cluster = situation.Cluster;
        var need = new ReplicaNeed(cluster, situation.Labels);
        var steps = new List<Replicate>();
        foreach (var node in spare)
        {
            if (need.Choose(need.PlaceOf(node)) is { } master)
            {
                steps.Add(new(
                    cluster.EndpointOf(node), cluster.EndpointOf(master), master.Id,
                    string.Create(CultureInfo.InvariantCulture, $"it has no slots, and that shard has {need.Count(master.Id) - 1} other replicas")));
            }
        }

        var names = Names.List([.. spare.Select(node => situation.NameOf(node.Id))]);
        return steps.Count == 0 ? null : new(ReconcileKind.Attach, $"masters without slots that can be replicas: {names}", Plan(steps));
    }

    /// <summary>A master without a working replica, or with fewer than it shall have, gets one of a shard with more. Servers do so themselves where they may.</summary>
    public static ReconcileDecision? Adopt(ReconcileSituation situation)
    {
        var (cluster, wanted) = (situation.Cluster, situation.Desired.ReplicasPerShard);
        var shards = cluster.Nodes
            .Where(node => !node.Slots.IsEmpty)
            .Select(master => (Master: master, Replicas: cluster.ReplicasOf(master.Id).Where(situation.IsWorking).ToList()))
            .OrderBy(shard => shard.Replicas.Count).ThenBy(shard => shard.Master.Slots.First())
            .ToList();
        if (shards.Count == 0 || wanted == 0)
        {
            return null;
        }

        var (poor, rich) = (shards[0], shards[^1]);
        var spares = rich.Replicas.Where(replica => situation.PlaceOf(replica.Id) is not null).ToList();
        var name = situation.NameOf(poor.Master.Id);
        if (poor.Replicas.Count >= wanted || !situation.Watch.HasLasted($"orphan {poor.Master.Id}", situation.Desired.Patience))
        {
            return null;
        }

        if (rich.Replicas.Count < Math.Max(poor.Replicas.Count == 0 ? 0 : wanted, poor.Replicas.Count + 1) + 1 || spares.Count == 0)
        {
            return null;
        }

        var need = new ReplicaNeed(cluster, situation.Labels);
        var chosen = spares.OrderBy(replica => need.PlaceOf(replica).Host == need.PlaceOf(poor.Master).Host).ThenBy(replica => replica.Id).First();
        return new(
            ReconcileKind.Attach,
            string.Create(CultureInfo.InvariantCulture, $"{name} has {poor.Replicas.Count} of {wanted} replicas, and {situation.NameOf(rich.Master.Id)} can spare {situation.NameOf(chosen.Id)}"),
            Plan([new(cluster.EndpointOf(chosen), cluster.EndpointOf(poor.Master), poor.Master.Id, "its shard has more replicas than that one")]));
    }

    private static ClusterPlan Plan(IReadOnlyList<Replicate> steps) => new()
    {
        Operation = "attach",
        Phases =
        [
            new("replicate", [.. steps]),
            new("sync", [new AwaitReplicas([.. steps.Select(step => step.Node)], "a replica without the data protects nothing")]),
        ],
    };
}
