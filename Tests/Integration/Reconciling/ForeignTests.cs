using Integration.Support;
using RedisCluster.Planning;

namespace Integration.Reconciling;

public sealed class ForeignTests
{
    [Fact]
    public async Task Clusters_are_never_merged_when_an_address_leads_into_another_one()
    {
        await using var mine = await RedisServers.StartClusterAsync(3, 1);
        await using var other = await RedisServers.StartClusterAsync(3, 0);
        var desired = MovingPlaces.Of(mine.Servers);
        var places = new MovingPlaces(desired);
        await using var watch = new RunningReconciler(places);
        await watch.UntilSteadyAsync();
        await mine[5].KillAsync();

        // The address of the last place now belongs to somebody else's node.
        places.Cluster = desired with { Nodes = desired.Nodes.SetItem(5, desired.Nodes[5] with { Endpoint = other[0].Endpoint }) };
        var before = await other.DescribeAsync();
        var status = await watch.UntilAsync(status => status.Decision.Kind == ReconcileKind.LeftAlone);
        Assert.Contains($"({other[0].Endpoint.ToClientString()}) belongs to another cluster of 3 nodes", status.Decision.Diagnosis);
        await watch.UntilAsync(next => next.Time > status.Time + TimeSpan.FromSeconds(1));
        Assert.Equal(before, await other.DescribeAsync());
        Assert.DoesNotContain(watch.Done, kind => kind is not ReconcileKind.Form);
    }

    [Fact]
    public async Task Fresh_nodes_of_which_one_holds_slots_of_its_own_beside_a_cluster_are_left_alone()
    {
        await using var servers = await RedisServers.StartAsync(4);
        var three = MovingPlaces.Of([.. servers.Servers.Take(3)], replicas: 0);
        var places = new MovingPlaces(three);
        await using var watch = new RunningReconciler(places);
        await watch.UntilSteadyAsync();
        await servers[3].CallAsync("CLUSTER", "ADDSLOTSRANGE", 0, 10);
        var before = await servers.DescribeAsync();
        places.Cluster = MovingPlaces.Of(servers.Servers, replicas: 0);
        var status = await watch.UntilAsync(next => next.Decision.Kind == ReconcileKind.LeftAlone);
        Assert.Contains("owns slots and belongs to no cluster", status.Decision.Diagnosis);
        await watch.UntilAsync(next => next.Time > status.Time + TimeSpan.FromSeconds(1));
        Assert.Equal(before, await servers.DescribeAsync());
    }
}
