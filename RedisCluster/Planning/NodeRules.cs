using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>The state of each node, by its own word and by its peers'.</summary>
internal static class NodeRules
{
    public static IEnumerable<Finding> Check(ObservedCluster cluster) => States(cluster).Concat(Failures(cluster));

    private static IEnumerable<Finding> States(ObservedCluster cluster)
    {
        foreach (var node in cluster.Views)
        {
            if (node.Info is { IsOk: false })
            {
                yield return new Finding(
                    Severity.Error, FindingCodes.StateFail, $"{node.Endpoint.ToClientString()} says cluster_state:fail.", node.Endpoint);
            }
        }
    }

    private static IEnumerable<Finding> Failures(ObservedCluster cluster)
    {
        foreach (var node in cluster.Nodes)
        {
            var endpoint = cluster.EndpointOf(node);
            if (cluster.IsFailed(node.Id))
            {
                yield return node.Slots.IsEmpty
                    ? new Finding(Severity.Warning, FindingCodes.NodeFailed, $"{cluster.NameOf(node)} is down; it owns no slots.", endpoint)
                    : new Finding(Severity.Error, FindingCodes.NodeFailed, $"{cluster.NameOf(node)} is down, and with it {node.Slots.Count} slots: {node.Slots}.", endpoint);
                continue;
            }

            var suspecting = cluster.Views.Where(v => v.View!.Find(node.Id)?.IsPossiblyFailed == true).ToList();
            if (suspecting.Count > 0)
            {
                yield return new Finding(
                    Severity.Warning,
                    FindingCodes.NodeSuspected,
                    $"{cluster.NameOf(node)} does not answer {string.Join(", ", suspecting.Select(s => s.Endpoint.ToClientString()))} on the cluster bus.",
                    endpoint);
            }
        }
    }
}
