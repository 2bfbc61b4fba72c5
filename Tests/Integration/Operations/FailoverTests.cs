using Integration.NetBox;
using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Protocol;

namespace Integration.Operations;

/// <summary>A replica takes its master's place because somebody says so.</summary>
public sealed class FailoverTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_planned_handover_under_load_loses_no_acknowledged_write()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1, "--cluster-node-timeout", "1000");
        var replica = (await servers.ReplicasOfAsync(0, seed: 0)).Single();
        await using var writer = new ShardWriter([servers[0], servers[replica]], "b");
        await writer.PassAsync(500);
        var arguments = new[] { "cluster", "failover", servers[replica].Endpoint.ToClientString(), "--yes" };
        var (exitCode, output, error) = await ProbeCommandTests.RunAsync(arguments);
        Assert.True(exitCode == 0, output + error);
        Assert.Contains("take over from", output);
        Assert.Contains("healthy: 6 nodes", output);
        await writer.PassAsync(500);
        Assert.True(await servers.IsMasterAsync(replica));
        Assert.Empty(await writer.MissingAsync(servers[replica]));

        // Every node knows, and the same command again does not undo it.
        foreach (var node in (await servers.ObserveAsync()).Nodes)
        {
            Assert.Equal(servers[replica].Port, node.View!.Nodes.Single(n => n.Slots.Contains(0)).Address.Port);
        }

        (exitCode, output, _) = await ProbeCommandTests.RunAsync(arguments);
        Assert.Equal(0, exitCode);
        Assert.Contains("failover: nothing to do", output);

        // Back again, the shard named by its master.
        var back = await ClusterFailover.RunAsync([servers.Endpoints[1]], new() { Shard = servers[replica].Endpoint.ToClientString() }, new(), null, Stop);
        Assert.True(back.Report.Healthy, string.Join('\n', back.Report.Findings));
        Assert.True(await servers.IsMasterAsync(0));

        // Whoever waits for the first handover still is told that it has been undone, at once and not when the time is up.
        await using var pool = new NodePool(new());
        var context = new StepContext(pool, new(), TimeProvider.System, new ProgressLog(null, TimeProvider.System));
        var step = new AwaitRoles([.. servers.Endpoints], await servers.IdAsync(replica, seed: 1), await servers.IdAsync(0, seed: 1), true, "it was undone");
        var undone = await Assert.ThrowsAsync<ClusterException>(() => new Handover(context).AwaitRolesAsync(step, Stop).WaitAsync(TimeSpan.FromSeconds(30), Stop));
        Assert.StartsWith(
            $"{servers[replica].Endpoint.ToClientString()} took over, and is a replica of {servers[0].Endpoint.ToClientString()} now", undone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replica_that_won_an_election_a_moment_ago_takes_over_for_good()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1, "--cluster-node-timeout", "2000");
        var patience = TimeSpan.FromSeconds(30);
        var replica = (await servers.ReplicasOfAsync(0, seed: 1)).Single();
        await Signal.SendAsync("STOP", servers[0].ProcessId);
        try
        {
            await Eventually.TrueAsync(() => servers.IsMasterAsync(replica), patience, "the replica is elected");
        }
        finally
        {
            await Signal.SendAsync("CONT", servers[0].ProcessId);
        }

        await Eventually.TrueAsync(async () => ClusterChecker.Check(await servers.ObserveAsync()).Findings.IsEmpty, patience, "the former master follows");
        Task<OperationResult> HandToAsync(int node) =>
            ClusterFailover.RunAsync([servers.Endpoints[1]], new() { Replica = servers[node].Endpoint.ToClientString() }, new(), null, Stop);
        await HandToAsync(0);

        // Now it has the votes of its election still, and its old epoch with them.
        var result = await HandToAsync(replica);
        Assert.True(result.Report.Healthy, string.Join('\n', result.Report.Findings));
        Assert.True(await servers.IsMasterAsync(replica));
        Assert.False(await servers.IsMasterAsync(0));
    }

    [Fact]
    public async Task Without_the_master_only_by_force_and_the_freshest_replica_wins()
    {
        // 15 s: nobody fails over by itself meanwhile.
        await using var servers = await RedisServers.StartClusterAsync(3, 2);
        var replicas = await servers.ReplicasOfAsync(0, seed: 1);
        var (stale, fresh) = (replicas[0], replicas[1]);
        var master = await servers.IdAsync(0, seed: 1);
        await using (var connection = await servers[0].ConnectAsync())
        {
            await connection.SendAsync(RespCommand.Of("SET", "{b}before", "1"));
            await connection.SendAsync(RespCommand.Of("WAIT", 2, 5000));
            await Shards.CutOffAsync(servers[0], servers[stale]);
            await connection.SendAsync(RespCommand.Of("SET", "{b}after", "1"));
            Assert.Equal(1, (await connection.SendAsync(RespCommand.Of("WAIT", 1, 5000))).AsNumber());
        }

        await servers[0].KillAsync();
        var seed = servers[1].Endpoint.ToClientString();
        var (exitCode, _, error) = await ProbeCommandTests.RunAsync("cluster", "failover", seed, "--shard", master.ToString(), "--yes");
        Assert.Equal(4, exitCode);
        Assert.Contains("--force", Assert.Single(error.TrimEnd().Split('\n')));
        (exitCode, _, error) = await ProbeCommandTests.RunAsync("cluster", "failover", servers[stale].Endpoint.ToClientString(), "--force", "--yes");
        Assert.Equal(4, exitCode);
        Assert.Contains("bytes less", error);
        Assert.False(await servers.IsMasterAsync(stale));

        (exitCode, var output, error) = await ProbeCommandTests.RunAsync("cluster", "failover", seed, "--shard", master.ToString(), "--force", "--yes");
        Assert.Contains($"failover: done", output);
        // The dead node is still a fault.
        Assert.Equal((1, ""), (exitCode, error));
        Assert.True(await servers.IsMasterAsync(fresh));
        Assert.Equal("1", (await servers[fresh].CallAsync("GET", "{b}after")).AsText());

        // The old master comes back as a replica, and with what was written meanwhile.
        await servers[fresh].CallAsync("SET", "{b}meanwhile", "1");
        await servers[0].StartAsync(Stop);
        await servers.UntilAsync(report => report.Healthy && report.Summary.Shards.All(shard => shard.Replicas.Length == 2), seed: 1);
        Assert.False(await servers.IsMasterAsync(0));
        Assert.Equal(3, (await servers[0].CallAsync("DBSIZE")).AsNumber());
    }

    [Fact]
    public async Task Without_a_majority_only_by_takeover()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1, "--cluster-node-timeout", "1000");
        var (first, second) = ((await servers.ReplicasOfAsync(0, seed: 2)).Single(), (await servers.ReplicasOfAsync(1, seed: 2)).Single());
        var dead = servers[0].Endpoint.ToClientString();
        await Task.WhenAll(servers[0].KillAsync(), servers[1].KillAsync());
        await servers.UntilAsync(report => !report.Summary.StateOk, seed: 2);

        var seed = servers[2].Endpoint.ToClientString();
        var (exitCode, _, error) = await ProbeCommandTests.RunAsync("cluster", "failover", seed, "--shard", dead, "--force", "--yes");
        Assert.Equal(1, exitCode);
        Assert.Contains("1 of 3 masters answer, and a majority has to agree: --takeover", error);
        var taken = await ClusterFailover.RunAsync([servers.Endpoints[2]], new() { Shard = dead, Mode = FailoverMode.Takeover }, new(), null, Stop);
        Assert.Equal(OperationOutcome.Done, taken.Outcome);
        Assert.True(await servers.IsMasterAsync(first));

        // With two of three masters there is a majority again, and the cluster mends the rest by itself.
        await servers.UntilAsync(report => report.Summary.StateOk, seed: 2);
        Assert.True(await servers.IsMasterAsync(second));
    }
}
