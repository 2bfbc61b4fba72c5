using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>What nodes tell differently from each other: slots, state, roles, epochs.</summary>
internal static class AgreementRules
{
    public static IEnumerable<Finding> Check(ObservedCluster cluster) =>
        cluster.Reference is { } reference
            ? SlotMaps(cluster, reference).Concat(States(cluster)).Concat(Roles(cluster)).Concat(Epochs(cluster))
            : [];

    private static IEnumerable<Finding> SlotMaps(ObservedCluster cluster, ClusterView reference)
    {
        var others = cluster.Views.Where(v => v.View!.SlotMapSignature != reference.SlotMapSignature).ToList();
        if (others.Count > 0)
        {
            yield return new Finding(
                Severity.Error,
                FindingCodes.SlotMapsDisagree,
                $"Nodes disagree on who owns which slots: {Names.List(others)} {(others.Count == 1 ? "sees" : "see")} it differently from the other {cluster.Views.Length - others.Count}.",
                others[0].Endpoint);
        }
    }

    private static IEnumerable<Finding> States(ObservedCluster cluster)
    {
        var ok = cluster.Views.Where(v => v.Info is { IsOk: true }).ToList();
        var failing = cluster.Views.Where(v => v.Info is { IsOk: false }).ToList();
        if (ok.Count > 0 && failing.Count > 0)
        {
            yield return new Finding(
                Severity.Error,
                FindingCodes.StatesDisagree,
                $"Nodes disagree on the state of the cluster: ok to {Names.List(ok)}, fail to {Names.List(failing)}.");
        }
    }

    private static IEnumerable<Finding> Roles(ObservedCluster cluster)
    {
        foreach (var node in cluster.Nodes)
        {
            var dissenters = cluster.Views.Where(v => v.View!.Find(node.Id) is { } seen && seen.IsMaster != node.IsMaster).ToList();
            if (dissenters.Count > 0)
            {
                yield return new Finding(
                    Severity.Error,
                    FindingCodes.RolesDisagree,
                    $"{cluster.NameOf(node)} is a {(node.IsMaster ? "master" : "replica")} to most nodes, but not to {Names.List(dissenters)}.",
                    cluster.EndpointOf(node));
            }
        }

        foreach (var node in cluster.Views)
        {
            if (node.Replication is { } replication && (replication.Role == ReplicationRole.Master) != node.View!.Myself.IsMaster)
            {
                yield return new Finding(
                    Severity.Error,
                    FindingCodes.RolesDisagree,
                    $"{node.Endpoint.ToClientString()} replicates as a {replication.Role.ToString().ToLowerInvariant()}, which is not its role in the cluster.",
                    node.Endpoint);
            }
        }
    }

    private static IEnumerable<Finding> Epochs(ObservedCluster cluster)
    {
        var masters = cluster.Nodes.Where(n => n.IsMaster && !n.Slots.IsEmpty).Select(n => cluster.Find(n.Id)?.View?.Myself is { IsMaster: true } own ? own : n).ToList();
        foreach (var same in masters.GroupBy(n => n.ConfigEpoch).Where(g => g.Skip(1).Any()))
        {
            yield return new Finding(
                Severity.Error,
                FindingCodes.EpochCollision,
                $"{string.Join(" and ", same.Select(cluster.NameOf))} have the same config epoch {same.Key}.",
                cluster.EndpointOf(same.First()));
        }

        foreach (var node in masters)
        {
            var dissenters = cluster.Views.Where(v => v.View!.Find(node.Id) is { IsMaster: true } seen && seen.ConfigEpoch != node.ConfigEpoch).ToList();
            if (dissenters.Count > 0)
            {
                yield return new Finding(
                    Severity.Warning,
                    FindingCodes.EpochsDisagree,
                    $"{cluster.NameOf(node)} is in config epoch {node.ConfigEpoch}, but not to {Names.List(dissenters)}.",
                    cluster.EndpointOf(node));
            }
        }
    }
}
