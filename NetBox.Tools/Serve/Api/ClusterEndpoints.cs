using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NetBox.Tools.Cluster;
using NetBox.Tools.Reports;
using NetBox.Tools.Serve.Live;
using RedisCluster.Topology;

namespace NetBox.Tools.Serve.Api;

/// <summary>What the cluster is like, as the commands tell it.</summary>
internal static class ClusterEndpoints
{
    public static void MapCluster(this IEndpointRouteBuilder api)
    {
        Map("/cluster", "State, nodes and check of one moment", ClusterReporter.All);
        Map("/cluster/info", "State and counts, as netbox cluster info", ClusterReporter.Info);
        Map("/cluster/nodes", "Every node, as netbox cluster nodes", ClusterReporter.Nodes);
        Map("/cluster/check", "What is wrong, as netbox cluster check", ClusterReporter.Check);

        void Map<TReport>(string path, string summary, Func<ClusterObservation, TReport> report) => api
            .MapGet(path, async (LiveCluster cluster, CancellationToken cancellationToken) =>
                TypedResults.Ok(report(await cluster.Observations.GetAsync(cancellationToken).ConfigureAwait(false))))
            .Answers<TReport>(summary);
    }
}
