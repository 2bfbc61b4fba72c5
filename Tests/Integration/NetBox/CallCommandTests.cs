using System.Text.Json;
using Integration.Support;
using static Integration.NetBox.ProbeCommandTests;

namespace Integration.NetBox;

/// <summary>netbox cluster call and slots against real servers.</summary>
public class CallCommandTests
{
    [Fact]
    public async Task Every_node_is_asked_or_only_those_of_one_role()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1);
        var seed = servers[0].Endpoint.ToClientString();
        var (exitCode, output, error) = await RunAsync("cluster", "call", seed, "PING");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(
            servers.Endpoints.OrderBy(node => node.Port).Select(node => $"{node.ToClientString()}: PONG"),
            output.TrimEnd().Split('\n').OrderBy(line => int.Parse(line.Split(':')[1])));

        foreach (var (option, role) in new[] { ("--only-masters", "master"), ("--only-replicas", "replica"), ("--cluster-only-replicas", "replica") })
        {
            (exitCode, output, _) = await RunAsync("cluster", "call", seed, "CONFIG", "GET", "maxmemory", option, "--json");
            Assert.Equal(0, exitCode);
            var nodes = JsonDocument.Parse(output).RootElement.GetProperty("nodes").EnumerateArray().ToList();
            Assert.Equal(3, nodes.Count);
            Assert.All(nodes, node => Assert.Equal((role, "0"), (node.GetProperty("role").GetString(), node.GetProperty("answer").GetProperty("maxmemory").GetString())));
        }

        // A replica refuses what its master accepts: whoever answered with an error is told apart.
        (exitCode, output, _) = await RunAsync("cluster", "call", seed, "SET", "a", "1");
        Assert.Equal(1, exitCode);
        Assert.Equal(5, output.Split("(error) MOVED").Length - 1);
        (exitCode, output, _) = await RunAsync("cluster", "slots", seed);
        Assert.Equal(0, exitCode);
        Assert.Contains("16384 of 16384 slots covered, 1 key\n", output);
        Assert.Contains("10923-16383  5461", output);

        await servers[4].KillAsync();
        (exitCode, output, _) = await RunAsync("cluster", "call", seed, "PING");
        Assert.Equal(1, exitCode);
        Assert.Contains($"{servers[4].Endpoint.ToClientString()}: no answer: connection refused", output);
        Assert.Equal(5, output.Split("PONG").Length - 1);
        (exitCode, output, _) = await RunAsync("cluster", "slots", seed, "--json");
        var shards = JsonDocument.Parse(output).RootElement.GetProperty("shards").EnumerateArray().ToList();
        Assert.Equal((0, 3), (exitCode, shards.Count));
        Assert.Equal("unreachable", shards[1].GetProperty("replicas")[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_server_that_is_no_cluster_node_is_not_asked()
    {
        await using var servers = await RedisServers.StartAsync(1, new RedisServersOptions { ClusterMode = false });
        var (exitCode, output, error) = await RunAsync("cluster", "call", servers[0].Endpoint.ToClientString(), "SET", "a", "1");
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains("is no cluster node", error);
        Assert.Equal(0, await servers.KeysAsync());
    }
}
