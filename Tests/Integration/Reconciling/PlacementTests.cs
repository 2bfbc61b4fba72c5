using Integration.Support;
using RedisCluster.Planning;
using RedisCluster.Protocol;

namespace Integration.Reconciling;

public sealed class PlacementTests
{
    [Fact]
    public async Task Of_two_masters_on_one_host_one_hands_over_when_everybody_is_there()
    {
        await using var servers = await RedisServers.StartAsync(6);
        var desired = MovingPlaces.Of(servers.Servers);
        var places = new MovingPlaces(desired with
        {
            Nodes = [.. desired.Nodes.Select((node, i) => node with { Labels = new NodeLabels($"host-{i % 3}") })],
        });
        await using var watch = new RunningReconciler(places);
        var summary = (await watch.UntilSteadyAsync()).Decision.Summary!;
        Assert.Equal(3, Hosts(summary));
        var replica = servers.Servers.First(server => server.Endpoint.IsSameClientAddress(summary.Shards[0].Replicas[0].Endpoint));
        await replica.CallAsync("CLUSTER", "FAILOVER");
        await watch.UntilAsync(status => Hosts(status.Decision.Summary!) == 2);
        await watch.UntilAsync(status => Hosts(status.Decision.Summary!) == 3 && status is { Decision.Kind: ReconcileKind.Steady, UnderWay: null });
        Assert.Equal(ReconcileKind.Handover, watch.Done.Last());

        int Hosts(ClusterSummary seen) => seen.Shards
            .Select(shard => places.Cluster.Nodes.First(node => node.Endpoint.IsSameClientAddress(shard.Master.Endpoint)).Labels!.Host)
            .Distinct().Count();
    }
}
