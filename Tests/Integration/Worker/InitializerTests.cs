using System.Diagnostics;
using Integration.Support;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Integration.Worker;

/// <summary>The initialiser as the process an AppHost starts.</summary>
public class InitializerTests
{
    private const string Assembly = "ClusterInit.Worker";

    [Fact]
    public async Task Forms_a_cluster_and_leaves_it_alone_the_second_time()
    {
        await using var servers = await RedisServers.StartAsync(6);
        var (exitCode, output, error) = await RunAsync(servers.Endpoints, replicas: 1);
        Assert.Equal("", error);
        Assert.Equal(0, exitCode);
        Assert.Equal(3, Lines(output).Count(l => l.StartsWith("M: ", StringComparison.Ordinal)));
        Assert.Equal(3, Lines(output).Count(l => l.StartsWith("S: ", StringComparison.Ordinal)));
        Assert.Contains("slots:[5461-10922] (5462 slots) master, 1 replica", output);
        Assert.Contains("[OK] All nodes agree about slots configuration.", output);
        Assert.Contains("[OK] All 16384 slots covered.", output);
        Assert.Contains(": formed in ", Lines(output)[^1]);
        Assert.Contains(", because ", output);

        var before = await servers.DescribeAsync();
        (exitCode, output, error) = await RunAsync(servers.Endpoints, replicas: 1);
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains(": stood already and was left alone; ", Lines(output)[^1]);
        Assert.Equal(before, await servers.DescribeAsync());
        Assert.Equal(0, await servers.KeysAsync());
    }

    [Fact]
    public async Task Waits_for_a_node_that_starts_later()
    {
        await using var servers = await RedisServers.StartAsync(3);
        await servers[2].KillAsync();
        using var worker = ToolProcess.Start(Assembly, [], Contract(servers.Endpoints, 0));
        await worker.WaitForOutputAsync(text => text.Contains($"waiting for {servers[2].Endpoint.ToClientString()}", StringComparison.Ordinal));
        await servers[2].StartAsync(TestContext.Current.CancellationToken);
        var (exitCode, output, error) = await worker.EndAsync();
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("[OK] All 16384 slots covered.", output);
    }

    [Fact]
    public async Task A_node_that_never_comes_is_named_at_the_deadline()
    {
        await using var servers = await RedisServers.StartAsync(3);
        await servers[1].KillAsync();
        var (exitCode, _, error) = await RunAsync(servers.Endpoints, 0, ("Cluster__Deadline", "00:00:01"));
        AssertOneLine(error, servers[1].Endpoint.ToClientString());
        Assert.Equal(3, exitCode);
    }

    [Fact]
    public async Task A_wrong_password_is_unreachable()
    {
        await using var servers = await RedisServers.StartAsync(3, new RedisServersOptions
        {
            Arguments = ["--requirepass", "s3cret"],
            Connection = new() { Password = "s3cret" },
        });
        var (exitCode, output, error) = await RunAsync(servers.Endpoints, 0, ("Cluster__Password", "wr0ng"), ("Cluster__Deadline", "00:00:03"));
        AssertOneLine(error, "password");
        Assert.Equal(3, exitCode);
        Assert.DoesNotContain("wr0ng", output + error);

        (exitCode, output, error) = await RunAsync(servers.Endpoints, 0, ("Cluster__Password", "s3cret"));
        Assert.Equal((0, ""), (exitCode, error));
        Assert.DoesNotContain("s3cret", output);
    }

    [Fact]
    public async Task A_node_that_holds_keys_is_refused_and_nothing_is_touched()
    {
        await using var servers = await RedisServers.StartAsync(3);
        await WriteKeyAsync(servers[2]);
        Assert.Equal(1, await servers.KeysAsync());
        var before = await servers.DescribeAsync();
        var (exitCode, _, error) = await RunAsync(servers.Endpoints, 0);
        AssertOneLine(error, servers[2].Endpoint.ToClientString());
        Assert.Equal(4, exitCode);
        Assert.Equal(before, await servers.DescribeAsync());
    }

    [Fact]
    public async Task A_server_outside_cluster_mode_is_bad_usage()
    {
        await using var servers = await RedisServers.StartAsync(3, new RedisServersOptions { ClusterMode = false });
        var (exitCode, _, error) = await RunAsync(servers.Endpoints, 0);
        AssertOneLine(error, "cluster");
        Assert.Equal(2, exitCode);
    }

    [Fact]
    public async Task Two_masters_are_bad_usage()
    {
        var (exitCode, _, error) = await RunAsync([new("127.0.0.1", 1), new("127.0.0.1", 2)], 0);
        AssertOneLine(error, "at least 3");
        Assert.Equal(2, exitCode);
    }

    [Theory]
    [InlineData("'--verbose' is not understood", "--verbose")]
    [InlineData("Cluster__Nodes is not set")]
    [InlineData("Cluster__Shards is for Cluster__Mode=Watch", "--Cluster:Nodes=a:1,b:1,c:1", "--Cluster:Shards=3")]
    [InlineData("Cluster__Replica is not a setting", "--Cluster:Replica=1")]
    public async Task What_is_not_understood_is_bad_usage(string message, params string[] arguments)
    {
        var (exitCode, _, error) = await ToolProcess.RunAsync(Assembly, arguments);
        AssertOneLine(error, message);
        Assert.Equal(2, exitCode);
    }

    [Fact]
    public async Task Stopped_in_the_middle_it_ends_at_once_and_the_next_run_goes_on()
    {
        await using var servers = await RedisServers.StartAsync(6);
        await servers[5].KillAsync();
        using (var worker = ToolProcess.Start(Assembly, [], Contract(servers.Endpoints, 1)))
        {
            await worker.WaitForOutputAsync(text => text.Contains("waiting for", StringComparison.Ordinal));
            worker.Terminate();
            var (exitCode, _, error) = await worker.EndAsync();
            Assert.Equal(143, exitCode);
            AssertOneLine(error, "stopped by SIGTERM");
        }

        await servers[5].StartAsync(TestContext.Current.CancellationToken);
        var (again, output, _) = await RunAsync(servers.Endpoints, 1);
        Assert.Equal(0, again);
        Assert.Contains("[OK] All 16384 slots covered.", output);
        Assert.All(await servers.NodeTimeoutsAsync(), timeout => Assert.Equal(15000, timeout));
    }

    /// <summary>Owning every slot for a moment lets a lone node take a key; a server refuses writes for 2 s after its start.</summary>
    private static async Task WriteKeyAsync(RedisServer server)
    {
        await server.CallAsync("CLUSTER", "ADDSLOTSRANGE", 0, 16383);
        await using (var connection = await server.ConnectAsync())
        {
            var start = Stopwatch.GetTimestamp();
            while ((await connection.TrySendAsync(RespCommand.Of("SET", "key", "kept"), TestContext.Current.CancellationToken)).IsError)
            {
                Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), "the node takes no key");
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }

        await server.CallAsync("CLUSTER", "DELSLOTSRANGE", 0, 16383);
    }

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(
        IReadOnlyList<NodeEndpoint> nodes, int replicas, params (string Name, string Value)[] more) =>
        ToolProcess.RunAsync(Assembly, [], [.. Contract(nodes, replicas), .. more]);

    private static (string Name, string Value)[] Contract(IReadOnlyList<NodeEndpoint> nodes, int replicas) =>
    [
        ("Cluster__Name", "redis-cluster"),
        ("Cluster__Nodes", string.Join(',', nodes)),
        ("Cluster__ReplicasPerShard", replicas.ToString(System.Globalization.CultureInfo.InvariantCulture)),
    ];

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static void AssertOneLine(string error, string about)
    {
        Assert.Contains(about, Assert.Single(Lines(error)));
        Assert.DoesNotContain("   at ", error);
    }
}
