using System.Text.Json;
using Integration.Support;
using static Integration.NetBox.ProbeCommandTests;

namespace Integration.NetBox;

/// <summary>netbox cluster create and set-timeout against real servers.</summary>
public class CreateAndTimeoutTests
{
    [Fact]
    public async Task A_cluster_is_planned_then_formed_then_left_alone_and_gets_its_timeout()
    {
        await using var servers = await RedisServers.StartAsync(6);
        string[] nodes = [.. servers.Endpoints.Select(node => node.ToString())];
        var (exitCode, output, error) = await RunAsync(["cluster", "create", .. nodes, "--replicas", "1", "--dry-run"]);
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains($"{servers[0].Endpoint.ToClientString()}: add slots 0-5460", output);
        Assert.Contains("create: this is the plan; nothing was changed", output);
        Assert.All(await Task.WhenAll(servers.Servers.Select(server => server.CallAsync("CLUSTER", "NODES"))), view => Assert.Single(view.AsText().TrimEnd().Split('\n')));

        (exitCode, output, error) = await RunAsync(["cluster", "create", .. nodes, "--cluster-replicas", "1", "--yes", "--json"]);
        Assert.Equal((0, ""), (exitCode, error));
        var result = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]).RootElement;
        Assert.Equal(("done", 3, 16384), (result.GetProperty("outcome").GetString(), result.GetProperty("check").GetProperty("masters").GetInt32(), result.GetProperty("check").GetProperty("slotsCovered").GetInt32()));
        (exitCode, output, _) = await RunAsync(["cluster", "create", .. nodes, "--replicas", "1"]);
        Assert.Equal(0, exitCode);
        Assert.Contains("create: nothing to do", output);
        (exitCode, _, error) = await RunAsync(["cluster", "create", .. nodes[..2], "--yes"]);
        Assert.Equal(2, exitCode);
        Assert.Contains("at least 3", error);

        (exitCode, output, error) = await RunAsync("cluster", "set-timeout", nodes[0], "2500", "--yes");
        Assert.True(exitCode == 0, output + error);
        Assert.All(await servers.NodeTimeoutsAsync(), timeout => Assert.Equal(2500, timeout));
        Assert.Contains("set until it restarts", output);
        foreach (var timeout in new[] { "99", "soon", "-5" })
        {
            (exitCode, _, error) = await RunAsync("cluster", "set-timeout", nodes[0], timeout, "--yes");
            Assert.Equal(2, exitCode);
            Assert.Single(error.TrimEnd().Split('\n'));
        }

        // One that cannot be told does not keep the others from theirs.
        await servers[5].KillAsync();
        (exitCode, _, error) = await RunAsync("cluster", "set-timeout", nodes[0], "3500", "--yes");
        Assert.Equal(1, exitCode);
        Assert.Contains($"5 of 6 nodes have the new timeout; not so: {servers[5].Endpoint.ToClientString()} (connection refused", error);
        Assert.All(await Task.WhenAll(servers.Servers.Take(5).Select(server => server.CallAsync("CONFIG", "GET", "cluster-node-timeout"))), answer => Assert.Equal("3500", answer.Items[1].AsText()));
    }
}
