using Integration.Support;
using RedisCluster.Planning;

namespace Integration.Reconciling;

public sealed class NameTests
{
    [Fact]
    public async Task A_node_whose_name_does_not_resolve_for_a_while_stays_what_it_is()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1);
        var desired = MovingPlaces.Of(servers.Servers);
        var places = new MovingPlaces(desired);
        await using var watch = new RunningReconciler(places);
        await watch.UntilSteadyAsync();
        var before = await servers.DescribeAsync();

        // Its peers lead to it all the same.
        places.Cluster = desired with { Nodes = desired.Nodes.SetItem(0, desired.Nodes[0] with { Endpoint = desired.Nodes[0].Endpoint with { Host = "redis-cluster-0.invalid" } }) };
        var status = await watch.UntilAsync(status => status.Decision.Kind == ReconcileKind.Waiting);
        Assert.EndsWith($"; its peers reach redis-cluster-0 at {servers[0].Endpoint.ToClientString()}", status.Decision.Diagnosis);
        await watch.UntilAsync(next => next.Time > status.Time + TimeSpan.FromSeconds(1));
        places.Cluster = desired;
        await watch.UntilSteadyAsync();
        Assert.Equal(before, await servers.DescribeAsync());
        Assert.Empty(watch.Done);
    }
}
