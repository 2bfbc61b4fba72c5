using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Topology;

namespace Integration.Operations;

public sealed class ObserveTests
{
    [Fact]
    public async Task The_whole_cluster_is_found_through_one_node_and_its_losses_are_part_of_it()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1);
        var observation = await ObserveAsync([servers.Endpoints[4]], discover: true);
        Assert.Equal(servers.Endpoints.Select(node => node.Port).Order(), observation.Nodes.Select(node => node.Endpoint.Port).Order());
        Assert.All(observation.Nodes, node =>
        {
            Assert.True(node.IsReachable);
            Assert.True(node.IsClusterEnabled);
            Assert.True(node.Info!.IsOk);
            Assert.Equal(node.MyId, node.View!.Myself.Id);
            Assert.Equal(0, node.KeyCount);
            Assert.Equal(TimeSpan.FromSeconds(15), node.NodeTimeout);
            Assert.Equal("127.0.0.1", node.ConnectedAddress?.ToString());
            Assert.Null(node.AnnouncedIp);
            Assert.NotNull(node.Version);
            Assert.NotNull(node.Replication);
        });

        var alone = await ObserveAsync([servers.Endpoints[0]], discover: false);
        Assert.Single(alone.Nodes);

        Assert.True((await ClusterCheck.RunAsync([servers.Endpoints[0]], new(), TestContext.Current.CancellationToken)).Healthy);
        await servers[5].KillAsync();
        var lost = await ObserveAsync(servers.Endpoints, discover: true);
        Assert.Equal(6, lost.Nodes.Length);
        var problem = Assert.Single(lost.Nodes, node => !node.IsReachable);
        Assert.Equal(servers[5].Port, problem.Endpoint.Port);
        Assert.Equal(new(NodeProblemKind.Unreachable, "connection refused, nothing listens there"), problem.Problem);
        lost = await ObserveAsync([servers.Endpoints[0]], discover: true);
        Assert.Equal(6, lost.Nodes.Length);
        Assert.False((await ClusterCheck.RunAsync([servers.Endpoints[0]], new(), TestContext.Current.CancellationToken)).Healthy);
    }

    [Fact]
    public async Task A_host_name_and_an_address_that_lead_to_one_node_count_once()
    {
        await using var servers = await RedisServers.StartAsync(1);
        var observation = await ObserveAsync([servers.Endpoints[0], new("localhost", servers[0].Port)], discover: true);
        Assert.Single(observation.Nodes);
    }

    [Fact]
    public async Task When_nobody_answers_the_check_says_so()
    {
        var error = await Assert.ThrowsAsync<ClusterException>(
            () => ClusterCheck.RunAsync([new("127.0.0.1", 1)], new(), TestContext.Current.CancellationToken));
        Assert.Equal(ClusterFault.Unreachable, error.Fault);
        Assert.Equal("no node answers: 127.0.0.1:1 (connection refused, nothing listens there)", error.Message);
    }

    private static Task<ClusterObservation> ObserveAsync(IReadOnlyList<NodeEndpoint> seeds, bool discover) =>
        ClusterObserver.ObserveAsync(seeds, discover, new(), TestContext.Current.CancellationToken);
}
