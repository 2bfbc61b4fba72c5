using System.Text.Json;
using Integration.Support;
using static Integration.NetBox.ProbeCommandTests;

namespace Integration.NetBox;

/// <summary>netbox cluster against real servers.</summary>
public class ClusterCommandTests
{
    [Fact]
    public async Task A_healthy_cluster_and_then_one_that_lost_a_node()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1);
        var seed = servers[0].Endpoint.ToClientString();

        var (exitCode, output, error) = await RunAsync("cluster", "info", seed);
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("cluster_state:          ok (6 of 6 nodes that answered say ok)", output);
        Assert.Equal(3, output.Split(" master ").Length - 1);
        Assert.Equal(3, output.Split(" replica ").Length - 1);

        (exitCode, output, _) = await RunAsync("cluster", "nodes", seed, "--json");
        Assert.Equal(0, exitCode);
        var nodes = JsonDocument.Parse(output).RootElement.GetProperty("nodes").EnumerateArray().ToList();
        Assert.Equal(6, nodes.Count);
        Assert.Equal(16384, nodes.Sum(n => n.GetProperty("slotCount").GetInt32()));
        Assert.All(nodes, n => Assert.Equal("ok", n.GetProperty("state").GetString()));

        (exitCode, output, _) = await RunAsync("cluster", "check", seed);
        Assert.Equal(0, exitCode);
        Assert.Contains("healthy: 6 nodes, 3 masters, 16384 of 16384 slots covered", output);

        await servers[5].KillAsync();
        var dead = servers[5].Endpoint.ToClientString();
        (exitCode, output, error) = await RunAsync("cluster", "check", seed, dead);
        Assert.Equal((1, ""), (exitCode, error));
        Assert.Contains("error unreachable: ", output);
        Assert.Contains("not healthy: 6 nodes", output);

        (exitCode, output, _) = await RunAsync("cluster", "nodes", seed);
        Assert.Equal(1, exitCode);
        Assert.Contains($"{dead}: connection refused", output);
    }

    [Fact]
    public async Task Nobody_there_is_unreachable()
    {
        await using var servers = await RedisServers.StartAsync(1);
        var seed = servers[0].Endpoint.ToClientString();
        await servers[0].KillAsync();
        var (exitCode, output, error) = await RunAsync("cluster", "info", seed, "--json");
        Assert.Equal(3, exitCode);
        Assert.StartsWith($"netbox: {seed}: connection refused", error);
        Assert.Equal(3, JsonDocument.Parse(output).RootElement.GetProperty("error").GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public async Task A_password_is_needed_where_one_is_set()
    {
        await using var servers = await RedisServers.StartAsync(1, new RedisServersOptions
        {
            Arguments = ["--requirepass", "s3cret"],
            Connection = new() { Password = "s3cret" },
        });
        var seed = servers[0].Endpoint.ToClientString();
        foreach (var arguments in (string[][])[["cluster", "info", seed], ["cluster", "info", seed, "-a", "wr0ng"]])
        {
            var (exitCode, output, error) = await RunAsync(arguments);
            Assert.Equal((3, ""), (exitCode, output));
            Assert.Contains("REDISCLI_AUTH", Assert.Single(error.TrimEnd().Split('\n')));
            Assert.DoesNotContain("wr0ng", error);
        }

        var (lone, _, nothing) = await RunAsync("cluster", "info", seed, "--password", "s3cret");
        Assert.Equal((1, ""), (lone, nothing));
    }

    [Fact]
    public async Task A_plain_server_is_no_cluster()
    {
        await using var servers = await RedisServers.StartAsync(1, new RedisServersOptions { ClusterMode = false });
        var (exitCode, _, error) = await RunAsync("cluster", "info", servers[0].Endpoint.ToClientString());
        Assert.Equal(2, exitCode);
        Assert.Contains("is no cluster node", error);
    }
}
