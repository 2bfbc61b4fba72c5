using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Topology;
using static Integration.NetBox.ProbeCommandTests;

namespace Integration.NetBox;

/// <summary>Nodes that join, on real servers.</summary>
public sealed class AddNodeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nodes_join_as_master_with_the_functions_and_as_replicas_where_they_are_needed()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 0, "--cluster-node-timeout", "1000");
        await using var spares = await RedisServers.StartAsync(3, "--cluster-node-timeout", "1000");
        foreach (var server in servers.Servers)
        {
            await server.CallAsync("FUNCTION", "LOAD", "#!lua name=mylib\nredis.register_function('answer', function() return 42 end)");
        }

        var (seed, master) = (servers[0].Endpoint.ToClientString(), spares[0].Endpoint);
        var (exitCode, output, error) = await RunAsync("cluster", "add-node", master.ToString(), seed, "--dry-run");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains($"{master.ToClientString()}: copy 1 function library from", output);
        Assert.Single((await ObserveAsync(spares.Endpoints[0])).Nodes);

        (exitCode, output, error) = await RunAsync("cluster", "add-node", master.ToString(), seed, "--yes");
        Assert.True(exitCode == 0, output + error);
        Assert.Equal(42, (await spares[0].CallAsync("FCALL", "answer", 0)).AsNumber());
        var joined = (await ObserveAsync(servers.Endpoints[0])).Find(new NodeEndpoint("127.0.0.1", master.Port))!;
        Assert.Equal((true, 4, true), (joined.View!.Myself.IsMaster, joined.View.Nodes.Length, joined.View.Myself.Slots.IsEmpty));

        // Every shard lacks a replica: they go round, and never to the master without slots.
        HashSet<NodeId> masters = [];
        foreach (var spare in spares.Endpoints.Skip(1))
        {
            var result = await ClusterAddNode.RunAsync([servers.Endpoints[0]], new() { Node = spare, AsReplica = true }, new(), null, Stop);
            Assert.True(result.Report.Healthy, string.Join('\n', result.Report.Findings));
            var replica = result.Observation.Nodes.Single(node => node.Endpoint.Port == spare.Port);
            Assert.True(replica.Replication is { IsMasterLinkUp: true, IsSyncInProgress: not true });
            Assert.True(masters.Add(replica.View!.Myself.MasterId!.Value));
        }

        Assert.DoesNotContain(joined.MyId!.Value, masters);
        var again = await ClusterAddNode.RunAsync([servers.Endpoints[0]], new() { Node = spares.Endpoints[2], AsReplica = true }, new(), null, Stop);
        Assert.Equal((OperationOutcome.NothingToDo, 0), (again.Outcome, again.StepsDone));
    }

    [Fact]
    public async Task What_could_lose_data_or_merge_clusters_is_refused_and_nothing_is_touched()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 0);
        await using var other = await RedisServers.StartClusterAsync(3, 0);
        await using var spare = await RedisServers.StartAsync(1);
        await spare[0].CallAsync("FUNCTION", "LOAD", "#!lua name=own\nredis.register_function('own', function() return 1 end)");
        // It announces the port of a node of the other cluster, as one does whose address was given to somebody else.
        await using var stray = await RedisServers.StartAsync(
            1, "--cluster-announce-port", $"{other[0].Port}", "--cluster-announce-bus-port", $"{other[0].Endpoint.BusPort}");
        async Task<string> StateAsync() =>
            string.Join('\n', await Task.WhenAll(new[] { servers, other, spare, stray }.Select(some => some.DescribeAsync())));
        var before = await StateAsync();
        foreach (var (node, reason) in new[]
        {
            (other.Endpoints[1], "belongs to another cluster"),
            (spare.Endpoints[0], "library own"),
            (stray.Endpoints[0], "where its peers would meet it"),
        })
        {
            var (exitCode, _, error) = await RunAsync("cluster", "add-node", node.ToString(), servers[0].Endpoint.ToClientString(), "--yes");
            Assert.Equal(4, exitCode);
            Assert.Contains(reason, Assert.Single(error.TrimEnd().Split('\n')));
        }

        Assert.Equal(before, await StateAsync());
    }

    [Fact]
    public async Task A_closed_bus_port_is_named_with_both_ends()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 0, "--cluster-node-timeout", "1000");
        await using var spare = await RedisServers.StartAsync(1, "--cluster-node-timeout", "1000");
        var fault = await Assert.ThrowsAsync<ClusterException>(() => ClusterAddNode.RunAsync(
            [servers.Endpoints[0]], new() { Node = spare.Endpoints[0] with { BusPort = 9 } }, new() { StallLimit = TimeSpan.FromSeconds(2.5) }, null, Stop));
        Assert.Equal(ClusterFault.Faults, fault.Fault);
        Assert.Contains($"no link to the cluster bus port 9 of 127.0.0.1:{spare[0].Port} from", fault.Message, StringComparison.Ordinal);
        Assert.All(servers.Endpoints, node => Assert.Contains(node.ToClientString(), fault.Message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', fault.Message);
    }

    private static Task<ClusterObservation> ObserveAsync(NodeEndpoint seed) => ClusterObserver.ObserveAsync([seed], discover: true, new(), Stop);
}
