using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NetBox.Tools.Reports;
using NetBox.Tools.Serve.Live;
using NetBox.Tools.Topology;

namespace NetBox.Tools.Serve.Api;

/// <summary>What the page shows live, for those who ask now and then.</summary>
internal static class LiveEndpoints
{
    public static void MapLive(this IEndpointRouteBuilder api)
    {
        api.MapGet("/topology", async (LiveCluster cluster, CancellationToken cancellationToken) =>
                TypedResults.Ok(await cluster.Pictures.GetAsync(cancellationToken).ConfigureAwait(false)))
            .Answers<ClusterPicture>("Shards with master and replicas, lag, load, and what nodes see differently");

        api.MapGet("/findings", async (LiveCluster cluster, CancellationToken cancellationToken) =>
                TypedResults.Ok(await cluster.Findings.GetAsync(cancellationToken).ConfigureAwait(false)))
            .Answers<DoctorReport>("What is wrong, why, and what mends it, as netbox doctor; not older than 5 s");

        api.MapGet("/changes", (LiveCluster cluster) => TypedResults.Ok(cluster.Changes()))
            .WithSummary("What changed in the cluster while it was looked at, the oldest first");

        api.MapGet("/trend", (LiveCluster cluster) => TypedResults.Ok(cluster.Trend()))
            .WithSummary("Load and lag of the last five minutes, as far as it was looked at");
    }
}
