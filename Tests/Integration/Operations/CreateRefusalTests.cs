using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Integration.Operations;

public sealed class CreateRefusalTests
{
    [Fact]
    public async Task A_node_with_keys_is_refused_and_nothing_is_touched()
    {
        await using var servers = await RedisServers.StartAsync(3);
        // Only a node that serves the slot takes a key.
        await servers[1].CallAsync("CLUSTER", "ADDSLOTSRANGE", 0, 16383);
        await servers[1].CallAsync("CONFIG", "SET", "cluster-require-full-coverage", "no");
        await WriteWhenPossibleAsync(servers[1]);
        var before = await servers.DescribeAsync();

        var error = await RefusedAsync(servers.Endpoints, new());
        Assert.Equal(ClusterFault.Refused, error.Fault);
        Assert.Contains($"127.0.0.1:{servers[1].Port}", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await servers.DescribeAsync());
    }

    [Fact]
    public async Task A_node_of_another_cluster_is_refused_and_nothing_is_touched()
    {
        await using var foreign = await RedisServers.StartClusterAsync(3, 0);
        await using var servers = await RedisServers.StartAsync(2);
        var before = $"{await foreign.DescribeAsync()}\n{await servers.DescribeAsync()}";

        var error = await RefusedAsync([.. servers.Endpoints, foreign.Endpoints[0]], new());
        Assert.Equal(ClusterFault.Refused, error.Fault);
        Assert.Contains($"127.0.0.1:{foreign[0].Port}", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, $"{await foreign.DescribeAsync()}\n{await servers.DescribeAsync()}");
    }

    [Fact]
    public async Task Bad_requests_are_refused_without_waiting_for_anyone()
    {
        NodeEndpoint[] two = [new("127.0.0.1", 1), new("127.0.0.1", 2)];
        Assert.Equal(ClusterFault.Usage, (await RefusedAsync(two, new())).Fault);
        Assert.Equal(ClusterFault.Usage, (await RefusedAsync([], new())).Fault);
        Assert.Equal(ClusterFault.Usage, (await RefusedAsync([.. two, two[0]], new())).Fault);
        Assert.Equal(ClusterFault.Usage, (await RefusedAsync([.. two, new("127.0.0.1", 3)], new() { Deadline = TimeSpan.Zero })).Fault);
    }

    [Fact]
    public async Task A_wrong_password_is_no_reason_to_wait()
    {
        await using var servers = await RedisServers.StartAsync(3, new RedisServersOptions
        {
            Arguments = ["--requirepass", "secret"],
            Connection = new() { Password = "secret" },
        });
        var error = await RefusedAsync(servers.Endpoints, new() { Connection = new() { Password = "wrong" } });
        Assert.Equal(ClusterFault.Unreachable, error.Fault);
        Assert.Contains("password", error.Message, StringComparison.Ordinal);
        error = await RefusedAsync(servers.Endpoints, new());
        Assert.Equal(ClusterFault.Unreachable, error.Fault);
        Assert.Contains("password", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_no_cluster_node_is_named()
    {
        await using var servers = await RedisServers.StartAsync(2);
        await using var single = await RedisServers.StartAsync(1, new RedisServersOptions { ClusterMode = false });
        var error = await RefusedAsync([.. servers.Endpoints, single.Endpoints[0]], new());
        Assert.Equal(ClusterFault.Usage, error.Fault);
        Assert.Contains($"127.0.0.1:{single[0].Port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("cluster", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_never_answers_is_named_when_time_is_up()
    {
        await using var servers = await RedisServers.StartAsync(3);
        await servers[1].KillAsync();
        var error = await RefusedAsync(servers.Endpoints, new() { Deadline = TimeSpan.FromSeconds(1) });
        Assert.Equal(ClusterFault.Unreachable, error.Fault);
        Assert.Equal(
            $"1 of 3 nodes did not answer within 1 s: 127.0.0.1:{servers[1].Port} (connection refused, nothing listens there)", error.Message);
    }

    private static async Task<ClusterException> RefusedAsync(IReadOnlyList<NodeEndpoint> nodes, CreateOptions options)
    {
        var error = await Assert.ThrowsAsync<ClusterException>(
            () => ClusterCreation.RunAsync(nodes, options, null, TestContext.Current.CancellationToken));
        Assert.DoesNotContain('\n', error.Message);
        return error;
    }

    // A server refuses writes for 2 s after its start.
    private static async Task WriteWhenPossibleAsync(RedisServer server)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await using var connection = await server.ConnectAsync();
        while ((await connection.TrySendAsync(RespCommand.Of("SET", "precious", "1"), limit.Token)).IsError)
        {
            await Task.Delay(50, limit.Token);
        }
    }
}
