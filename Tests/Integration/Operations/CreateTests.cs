using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Integration.Operations;

public sealed class CreateTests
{
    [Theory]
    [InlineData(3, 0)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    public async Task Forms_a_usable_cluster_and_leaves_it_alone_the_next_time(int shards, int replicas)
    {
        await using var servers = await RedisServers.StartAsync(shards * (replicas + 1));
        var options = new CreateOptions { ReplicasPerShard = replicas };
        var created = await RunAsync(servers.Endpoints, options);

        Assert.False(created.AlreadyFormed);
        Assert.True(created.Report.Healthy, string.Join('\n', created.Report.Findings));
        Assert.DoesNotContain(created.Report.Findings, finding => finding.Severity > Severity.Info);
        Assert.Equal(16384, created.Report.Summary.SlotsCovered);
        Assert.Equal(
            [(servers[0].Port, "0-5460"), (servers[1].Port, "5461-10922"), (servers[2].Port, "10923-16383")],
            created.Observation.Nodes.Where(node => node.View!.Myself.IsMaster).Select(node => (node.Endpoint.Port, node.View!.Myself.Slots.ToString())));
        Assert.All(created.Report.Summary.Shards, shard => Assert.Equal(replicas, shard.Replicas.Length));
        Assert.All(await servers.NodeTimeoutsAsync(), timeout => Assert.Equal(15000, timeout));
        Assert.Equal(0, await servers.KeysAsync());

        // Usable: a client may write to each shard at once.
        Assert.Equal("OK", (await servers[0].CallAsync("SET", "b", "1")).AsText());
        Assert.Equal("OK", (await servers[1].CallAsync("SET", "c", "1")).AsText());
        Assert.Equal("OK", (await servers[2].CallAsync("SET", "a", "1")).AsText());
        await Eventually.TrueAsync(
            async () => await servers.KeysAsync() == servers.Servers.Count, TimeSpan.FromSeconds(30), "each node has the key of its shard");

        var before = await servers.DescribeAsync();
        var again = await RunAsync(servers.Endpoints, options);
        Assert.True(again.AlreadyFormed);
        Assert.Equal(0, again.StepsDone);
        Assert.Equal(before, await servers.DescribeAsync());
    }

    [Fact]
    public async Task Masters_do_not_wait_for_more_replicas_and_keep_their_setting()
    {
        const string SyncDelay = "repl-diskless-sync-delay";
        await using var servers = await RedisServers.StartAsync(6, "--" + SyncDelay, "3600");
        var result = await RunAsync(servers.Endpoints, new() { ReplicasPerShard = 1 });
        Assert.True(result.Report.Healthy, string.Join('\n', result.Report.Findings));
        Assert.All(
            await Task.WhenAll(servers.Servers.Select(server => server.CallAsync("CONFIG", "GET", SyncDelay))),
            setting => Assert.Equal("3600", setting.Find(SyncDelay)!.AsText()));
    }

    [Fact]
    public async Task A_password_is_used_everywhere()
    {
        await using var servers = await RedisServers.StartAsync(6, new RedisServersOptions
        {
            Arguments = ["--requirepass", "secret", "--masterauth", "secret"],
            Connection = new() { Password = "secret" },
        });
        var result = await RunAsync(servers.Endpoints, new() { ReplicasPerShard = 1, Connection = new() { Password = "secret" } });
        Assert.True(result.Report.Healthy, string.Join('\n', result.Report.Findings));
    }

    [Fact]
    public async Task Waits_for_a_node_that_comes_late_and_sets_the_timeout_asked_for()
    {
        await using var servers = await RedisServers.StartAsync(3);
        await servers[2].KillAsync();
        var waiting = new TaskCompletionSource();
        var progress = new ProgressList(report =>
        {
            if (report.Message.StartsWith("waiting for", StringComparison.Ordinal))
            {
                waiting.TrySetResult();
            }
        });
        var running = ClusterCreation.RunAsync(
            servers.Endpoints, new() { NodeTimeout = TimeSpan.FromMilliseconds(7000) }, progress, TestContext.Current.CancellationToken);
        await waiting.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.True(await servers[2].StartAsync(TestContext.Current.CancellationToken));
        var result = await running;
        Assert.True(result.Report.Healthy, string.Join('\n', result.Report.Findings));
        Assert.All(await servers.NodeTimeoutsAsync(), timeout => Assert.Equal(7000, timeout));
    }

    [Fact]
    public async Task A_cancelled_run_puts_the_timeouts_back_at_once()
    {
        await using var servers = await RedisServers.StartAsync(3);
        using var cancel = new CancellationTokenSource();
        var progress = new ProgressList(report =>
        {
            if (report.Message.Contains("meet", StringComparison.Ordinal))
            {
                cancel.Cancel();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ClusterCreation.RunAsync(servers.Endpoints, new(), progress, cancel.Token));
        Assert.Contains(progress.Reports, report => report.Message.Contains("503 ms", StringComparison.Ordinal));
        Assert.All(await servers.NodeTimeoutsAsync(), timeout => Assert.Equal(15000, timeout));
    }

    [Fact]
    public async Task A_formed_cluster_is_left_alone_when_a_node_is_lost_and_when_all_were_restarted()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1, "--cluster-node-timeout", "2000");
        var options = new CreateOptions { ReplicasPerShard = 1 };
        await servers[0].KillAsync();
        var degraded = await RunAsync(servers.Endpoints, options);
        Assert.True(degraded.AlreadyFormed);
        Assert.Equal(0, degraded.StepsDone);
        Assert.Contains(degraded.Report.Findings, finding => finding.Code == FindingCodes.Unreachable);

        foreach (var server in servers.Servers)
        {
            await server.KillAsync();
        }

        await Task.WhenAll(servers.Servers.Select(server => server.StartAsync(TestContext.Current.CancellationToken)));
        var restarted = await RunAsync(servers.Endpoints, options);
        Assert.True(restarted.AlreadyFormed);
        Assert.Equal(0, restarted.StepsDone);
        Assert.True(restarted.Report.Healthy, string.Join('\n', restarted.Report.Findings));
    }

    [Fact]
    public async Task A_closed_bus_port_is_named_when_time_is_up()
    {
        await using var servers = await RedisServers.StartAsync(3, "--cluster-announce-bus-port", "9");
        await using var rest = await RedisServers.StartAsync(3);
        NodeEndpoint[] nodes = [.. rest.Endpoints, servers.Endpoints[0] with { BusPort = 9 }];
        var error = await Assert.ThrowsAsync<ClusterException>(() => RunAsync(nodes, new() { Deadline = TimeSpan.FromSeconds(4) }));
        Assert.Equal(ClusterFault.Faults, error.Fault);
        Assert.Contains($"no link to the cluster bus port 9 of 127.0.0.1:{servers[0].Port} from", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.All(await rest.NodeTimeoutsAsync(), timeout => Assert.Equal(15000, timeout));
    }

    private static Task<CreateResult> RunAsync(IReadOnlyList<NodeEndpoint> nodes, CreateOptions options) =>
        ClusterCreation.RunAsync(nodes, options, null, TestContext.Current.CancellationToken);
}
