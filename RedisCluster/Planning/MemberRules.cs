using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Which nodes the cluster has, and under which ids: where nodes tell it differently, and who is remembered although it is gone.</summary>
internal static class MemberRules
{
    public static IEnumerable<Finding> Check(ObservedCluster cluster) => Members(cluster).Concat(Ids(cluster)).Concat(Gone(cluster));

    private static IEnumerable<Finding> Members(ObservedCluster cluster)
    {
        if (cluster.Reference is not { } reference)
        {
            yield break;
        }

        var known = Ids(reference, cluster);
        foreach (var node in cluster.Views)
        {
            var ids = Ids(node.View!, cluster);
            if (!ids.SetEquals(known))
            {
                yield return new Finding(
                    Severity.Error,
                    FindingCodes.MembersDisagree,
                    $"{node.Endpoint.ToClientString()} knows {ids.Count} nodes, of which {ids.Count(known.Contains)} are among the {known.Count} that most know.",
                    node.Endpoint);
            }
        }
    }

    private static IEnumerable<Finding> Ids(ObservedCluster cluster)
    {
        var first = new Dictionary<(string Ip, int Port), NodeId>();
        var several = new HashSet<(string Ip, int Port)>();
        foreach (var (_, node) in Lines(cluster))
        {
            var address = (node.Address.Ip, node.Address.Port);
            if (!first.TryAdd(address, node.Id) && first[address] != node.Id)
            {
                several.Add(address);
            }
        }

        foreach (var address in several.Count == 0 ? [] : Lines(cluster).GroupBy(line => (line.Node.Address.Ip, line.Node.Address.Port)).Where(address => several.Contains(address.Key)))
        {
            var ids = address.GroupBy(line => line.Node.Id).OrderByDescending(id => id.Count()).ThenBy(id => id.Key)
                .Select(id => $"{id.Key.ToShortString()} to {Names.List(id.Select(line => line.By))}");
            yield return new Finding(
                Severity.Error,
                FindingCodes.IdsDisagree,
                $"The node at {address.First().Node.Address.ToClientString()} has different ids: {string.Join("; ", ids)}.",
                cluster.EndpointOf(address.First().Node));
        }
    }

    private static IEnumerable<Finding> Gone(ObservedCluster cluster)
    {
        var remembered = cluster.Views
            .SelectMany(v => v.View!.Nodes.Select(n => (By: v, Node: n)))
            .Where(line => IsForgettable(line.Node, cluster))
            .GroupBy(line => line.Node.Id)
            .OrderBy(id => id.Key);
        foreach (var id in remembered)
        {
            var by = id.Select(line => line.By).ToList();
            if (by.Count < cluster.Views.Length)
            {
                yield return new Finding(
                    Severity.Warning,
                    FindingCodes.StaleNode,
                    $"Node {id.Key.ToShortString()} at {id.First().Node.Address.ToClientString()} is gone, but {Names.List(by)} still {(by.Count == 1 ? "remembers" : "remember")} it.",
                    cluster.EndpointOf(id.First().Node))
                {
                    Gone = id.Key,
                };
            }
        }
    }

    private static IEnumerable<(NodeObservation By, ClusterNode Node)> Lines(ObservedCluster cluster) =>
        cluster.Views
            .SelectMany(v => v.View!.Nodes.Select(n => (By: v, Node: n)))
            .Where(line => !line.Node.IsHandshake && !IsGone(line.Node) && line.Node.Address is { IsKnown: true, Ip.Length: > 0 });

    private static HashSet<NodeId> Ids(ClusterView view, ObservedCluster cluster) =>
        [.. view.Nodes.Where(n => !n.IsHandshake && !IsForgettable(n, cluster)).Select(n => n.Id)];

    private static bool IsGone(ClusterNode node) => node.IsFailed || node.Flags.HasFlag(NodeFlags.NoAddress);

    private static bool IsForgettable(ClusterNode node, ObservedCluster cluster) =>
        !node.IsHandshake && IsGone(node) && node.Slots.IsEmpty && cluster.Find(node.Id) is null;
}
