using RedisCluster.Topology;

namespace NetBox.Tools.Cluster;

/// <summary>
/// Every node has a view of its own. What is shown as "the" cluster is the view that is most likely right: of a node that
/// believes the cluster to be ok, then the one that has seen the highest epoch, then the one that knows most nodes.
/// </summary>
internal static class ReferenceView
{
    public static NodeObservation? Choose(ClusterObservation observation) => observation.Reachable
        .Where(n => n.View is not null && n.Info is not null)
        .OrderByDescending(n => n.Info!.IsOk)
        .ThenByDescending(n => n.Info!.CurrentEpoch)
        .ThenByDescending(n => n.View!.Nodes.Length)
        .ThenBy(n => n.Endpoint.ToString(), StringComparer.Ordinal)
        .FirstOrDefault();
}
