using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>What nodes tell differently from each other.</summary>
internal static class AgreementRules
{
    public static IEnumerable<Finding> Check(ObservedCluster cluster)
    {
        if (cluster.Reference is not { } reference)
        {
            yield break;
        }

        var others = cluster.Views.Where(v => v.View!.SlotMapSignature != reference.SlotMapSignature).ToList();
        if (others.Count > 0)
        {
            yield return new Finding(
                Severity.Error,
                FindingCodes.SlotMapsDisagree,
                $"Nodes disagree on who owns which slots: {Names(others)} see it differently from the other {cluster.Views.Length - others.Count}.",
                others[0].Endpoint);
        }

        var known = Ids(reference);
        foreach (var node in cluster.Views)
        {
            var ids = Ids(node.View!);
            if (!ids.SetEquals(known))
            {
                yield return new Finding(
                    Severity.Error,
                    FindingCodes.MembersDisagree,
                    $"{node.Endpoint.ToClientString()} knows {ids.Count} nodes, of which {ids.Count(known.Contains)} are among the {known.Count} that most know.",
                    node.Endpoint);
            }
        }

        foreach (var node in cluster.Nodes)
        {
            var dissenters = cluster.Views.Where(v => v.View!.Find(node.Id) is { } seen && seen.IsMaster != node.IsMaster).ToList();
            if (dissenters.Count > 0)
            {
                yield return new Finding(
                    Severity.Error,
                    FindingCodes.RolesDisagree,
                    $"{cluster.NameOf(node)} is a {(node.IsMaster ? "master" : "replica")} to most nodes, but not to {Names(dissenters)}.",
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

        foreach (var same in cluster.Nodes.Where(n => n.IsMaster && !n.Slots.IsEmpty).GroupBy(n => n.ConfigEpoch).Where(g => g.Skip(1).Any()))
        {
            yield return new Finding(
                Severity.Error,
                FindingCodes.EpochCollision,
                $"{string.Join(" and ", same.Select(cluster.NameOf))} have the same config epoch {same.Key}.",
                cluster.EndpointOf(same.First()));
        }
    }

    private static HashSet<NodeId> Ids(ClusterView view) => [.. view.Nodes.Where(n => !n.IsHandshake).Select(n => n.Id)];

    private static string Names(IEnumerable<NodeObservation> nodes) => string.Join(", ", nodes.Select(n => n.Endpoint.ToClientString()));
}
