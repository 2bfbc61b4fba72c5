using Integration.NetBox;
using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Protocol;

namespace Integration.Operations;

/// <summary>Nodes that leave, on real servers.</summary>
public sealed class DelNodeTests
{
    private const int Keys = 2000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_master_leaves_with_its_replica_staying_and_no_key_lost()
    {
        await using var servers = await RedisServers.StartClusterAsync(4, 1, "--cluster-node-timeout", "1000");
        var before = await servers.ObserveAsync();
        foreach (var server in servers.Servers.Take(4))
        {
            await using var connection = await server.ConnectAsync();
            await Task.WhenAll(Enumerable.Range(0, Keys).Select(i => connection.TrySendAsync(RespCommand.Of("SET", $"key:{i}", i))));
        }

        Assert.Equal(Keys, (await servers.CheckAsync()).Summary.KeyCount);
        var leaving = before.Nodes.Single(node => node.Endpoint.Port == servers[3].Port);
        var (exitCode, output, error) = await ProbeCommandTests.RunAsync(
            "cluster", "del-node", servers[0].Endpoint.ToClientString(), leaving.MyId!.Value.ToShortString(), "--yes");
        Assert.True(exitCode == 0, output + error);
        Assert.Contains("healthy: 7 nodes, 3 masters", output);

        var after = await servers.CheckAsync();
        Assert.Equal((Keys, 16384, 7), (after.Summary.KeyCount, after.Summary.SlotsCovered, after.Summary.NodeCount));
        Assert.Equal(4, after.Summary.Shards.Sum(shard => shard.Replicas.Length));
        Assert.All((await servers.ObserveAsync()).Nodes, node => Assert.Null(node.View!.Find(leaving.MyId.Value)));
        var gone = await servers.ObserveAsync(seed: 3);
        Assert.Equal((1, 0), (Assert.Single(gone.Nodes).View!.Nodes.Length, gone.Nodes[0].KeyCount));
        Assert.Equal(leaving.MyId, gone.Nodes[0].MyId);

        // It is as good as new: the way back in. Those that forgot it refuse it for a minute, but not when they are told to meet it.
        var again = await ClusterAddNode.RunAsync([servers.Endpoints[0]], new() { Node = servers.Endpoints[3], AsReplica = true }, new(), null, Stop);
        Assert.True(again.Report.Healthy, string.Join('\n', again.Report.Findings));
        Assert.Equal(8, again.Report.Summary.NodeCount);
    }

    [Fact]
    public async Task A_node_that_greets_the_others_after_they_forgot_it_does_not_come_back()
    {
        await using var servers = await RedisServers.StartClusterAsync(4, 0, "--cluster-node-timeout", "1000");
        var (leaving, id) = (servers[3], await servers.IdAsync(3, seed: 0));
        var forgotten = 0;
        AfterStep greet = (_, step) =>
        {
            // What a drained master does to tell its new role may be heard late, where machines are busy.
            if (step is Forget && ++forgotten == 3)
            {
                GreetAsync(leaving, servers.Servers.Take(3)).GetAwaiter().GetResult();
            }
        };
        var result = await ClusterDelNode.RunAsync([servers.Endpoints[0]], new() { Node = id.ToString() }, new(), null, greet, Stop);
        Assert.True(result.Report.Healthy, string.Join('\n', result.Report.Findings));
        Assert.Equal(3, result.Report.Summary.NodeCount);

        // A handshake that was missed would have become a member by now: it is tried ten times a second.
        await Task.Delay(TimeSpan.FromMilliseconds(500), Stop);
        Assert.All((await servers.ObserveAsync()).Nodes, node => Assert.Equal(3, node.View!.Nodes.Length));
        Assert.Single((await servers.ObserveAsync(seed: 3)).Nodes);
    }

    [Fact]
    public async Task Replicas_and_the_dead_leave_and_only_copies_are_not_given_up()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1, "--cluster-node-timeout", "500");
        var replicas = new List<int>();
        for (var master = 0; master < 3; master++)
        {
            replicas.Add((await servers.ReplicasOfAsync(master, seed: 0)).Single());
        }

        // As it is: it goes on believing that it is part of the cluster, until the same command without --no-reset.
        var name = servers[replicas[0]].Endpoint.ToClientString();
        var seed = servers[1].Endpoint.ToClientString();
        var (exitCode, output, error) = await ProbeCommandTests.RunAsync("cluster", "del-node", seed, name, "--no-reset", "--yes");
        Assert.True(exitCode == 0, output + error);
        Assert.Contains("has no other working replica", output);
        Assert.Equal(5, (await servers.CheckAsync(seed: 1)).Summary.NodeCount);
        Assert.Equal(6, (await servers[replicas[0]].CallAsync("CLUSTER", "NODES")).AsText().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        (exitCode, _, error) = await ProbeCommandTests.RunAsync("cluster", "del-node", seed, name, "--yes");
        Assert.True(exitCode == 0, error);
        Assert.Single((await servers.ObserveAsync(replicas[0])).Nodes);

        // Master 1 dies, its replica takes over, and the dead one is forgotten.
        var dead = await servers.IdAsync(1, seed: 0);
        await servers[1].KillAsync();
        (exitCode, _, error) = await ProbeCommandTests.RunAsync("cluster", "del-node", servers[0].Endpoint.ToClientString(), dead.ToString(), "--yes");
        Assert.Equal(4, exitCode);
        Assert.Contains("owns 5462 slots and does not answer", error);
        await Shards.UntilAsync(() => servers.IsMasterAsync(replicas[1]), "the replica took over");
        await servers.UntilAsync(report => report.Summary.NodesAgree && report.Summary.StateOk);
        var forgotten = await ClusterDelNode.RunAsync([servers.Endpoints[0]], new() { Node = dead.ToString() }, new(), null, Stop);
        Assert.True(forgotten.Report.Healthy, string.Join('\n', forgotten.Report.Findings));
        Assert.Equal(4, forgotten.Report.Summary.NodeCount);

        // Master 2 is gone for its replica, which has the only copy.
        await servers[2].KillAsync();
        var copy = new DelNodeRequest { Node = servers[replicas[2]].Endpoint.ToClientString() };
        var fault = await Assert.ThrowsAsync<ClusterException>(() => ClusterDelNode.RunAsync([servers.Endpoints[0]], copy, new(), null, Stop));
        Assert.Equal(ClusterFault.Refused, fault.Fault);
        Assert.Contains("holds a copy of the keys", fault.Message, StringComparison.Ordinal);
    }

    private static async Task GreetAsync(RedisServer from, IEnumerable<RedisServer> others)
    {
        foreach (var other in others)
        {
            await from.CallAsync("CLUSTER", "MEET", "127.0.0.1", other.Port, other.Endpoint.EffectiveBusPort);
            await Shards.UntilAsync(
                async () => (await other.CallAsync("CLUSTER", "NODES")).AsText().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length > 3,
                "the greeting arrived");
        }
    }
}
