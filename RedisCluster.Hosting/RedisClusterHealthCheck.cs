using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisCluster.Hosting;

/// <summary>Healthy exactly when the cluster is: state ok on every node, all slots served, every replica's link up.</summary>
internal sealed class RedisClusterHealthCheck(RedisClusterResource cluster) : IHealthCheck
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(3);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var seeds = await EndpointsAsync(cluster, cancellationToken).ConfigureAwait(false);
            var settings = new ClusterConnectionSettings
            {
                Password = await cluster.PasswordParameter.GetValueAsync(cancellationToken).ConfigureAwait(false),
                ConnectTimeout = ConnectTimeout,
                CommandTimeout = CommandTimeout,
            };
            var report = await ClusterCheck.RunAsync(seeds, settings, cancellationToken).ConfigureAwait(false);
            return report.Healthy
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy(AilmentOf(cluster, report));
        }
        catch (ClusterException e)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }

    /// <summary>What is wrong in one line. Nodes that nobody has made a cluster of say many things, none of which tells that.</summary>
    internal static string AilmentOf(RedisClusterResource cluster, CheckReport report) =>
        cluster.Initializer is null && report.Summary.SlotsCovered == 0
            ? $"{cluster.Name}: nobody has formed the cluster. Its AppHost lacks .WithInitializer(PROJECT), with a project such as ClusterInit.Worker."
            : report.Findings.First(finding => finding.Severity == Severity.Error).Message;

    internal static async Task<IReadOnlyList<NodeEndpoint>> EndpointsAsync(RedisClusterResource cluster, CancellationToken cancellationToken)
    {
        List<NodeEndpoint> endpoints = [];
        foreach (var node in cluster.Nodes)
        {
            var host = await RedisClusterResource.NodeHost(node).GetValueAsync(cancellationToken).ConfigureAwait(false);
            endpoints.Add(new(
                host ?? throw new InvalidOperationException($"{node.Name} has no address yet."),
                await PortAsync(node.PrimaryEndpoint, EndpointProperty.Port, cancellationToken).ConfigureAwait(false),
                await PortAsync(node.BusEndpoint, EndpointProperty.TargetPort, cancellationToken).ConfigureAwait(false)));
        }

        return endpoints;
    }

    private static async Task<int> PortAsync(EndpointReference endpoint, EndpointProperty property, CancellationToken cancellationToken) =>
        int.Parse(await endpoint.Property(property).GetValueAsync(cancellationToken).ConfigureAwait(false) ?? "", CultureInfo.InvariantCulture);
}
