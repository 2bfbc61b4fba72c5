using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>The state of each node and of the links between them.</summary>
internal static class NodeRules
{
    public static IEnumerable<Finding> Check(ObservedCluster cluster) => States(cluster).Concat(Failures(cluster)).Concat(Links(cluster));

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

    private static IEnumerable<Finding> Links(ObservedCluster cluster)
    {
        foreach (var node in cluster.Views)
        {
            var name = node.Endpoint.ToClientString();
            foreach (var peer in node.View!.Nodes.Where(p => !p.IsMyself))
            {
                if (peer.IsHandshake)
                {
                    yield return new Finding(
                        Severity.Warning, FindingCodes.Handshake, $"{name} is still meeting the node at {peer.Address.ToClientString()}.", node.Endpoint);
                }
                else if (peer.Flags.HasFlag(NodeFlags.NoAddress))
                {
                    yield return new Finding(
                        Severity.Warning, FindingCodes.NoAddress, $"{name} has no address for node {peer.Id.ToShortString()}.", node.Endpoint);
                }
                else if (!peer.IsLinkConnected && !peer.IsFailed && !peer.IsPossiblyFailed)
                {
                    yield return new Finding(
                        Severity.Warning,
                        FindingCodes.BusLinkDown,
                        $"{name} has no bus link to {cluster.NameOf(peer)} (bus port {peer.Address.BusPort}).",
                        node.Endpoint);
                }
            }
        }
    }
}
