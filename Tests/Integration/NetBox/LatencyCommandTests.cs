using System.Text.Json;
using Integration.HitCounter;
using Integration.Support;
using static Integration.NetBox.ProbeCommandTests;

namespace Integration.NetBox;

public class LatencyCommandTests
{
    [Fact]
    public async Task Each_node_is_measured_and_nothing_is_changed()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1);
        var (exitCode, output, error) = await RunAsync("latency", servers[0].Endpoint.ToClientString(), "--count", "50", "--json");
        Assert.Equal((0, ""), (exitCode, error));
        var nodes = JsonDocument.Parse(output).RootElement.GetProperty("nodes").EnumerateArray().ToList();
        Assert.Equal(6, nodes.Count);
        Assert.Equal(
            ["PING,GET,DEL", "PING,GET,DEL", "PING,GET,DEL", "PING", "PING", "PING"],
            nodes.Select(node => string.Join(',', node.GetProperty("commands").EnumerateArray().Select(command => command.GetProperty("command").GetString()))));
        Assert.All(nodes.SelectMany(node => node.GetProperty("commands").EnumerateArray()), command =>
        {
            Assert.True(command.GetProperty("p50Ms").GetDouble() > 0);
            Assert.Equal(50, command.GetProperty("histogram").EnumerateArray().Sum(bucket => bucket.GetProperty("count").GetInt32()));
        });
        Assert.Equal(0, await servers.KeysAsync());
    }

    [Fact]
    public async Task A_node_that_hangs_is_named_and_the_others_are_measured()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 0);
        await Signal.SendAsync("STOP", servers[2].ProcessId);
        var (exitCode, output, _) = await RunAsync("latency", servers[0].Endpoint.ToClientString(), "--count", "5", "--timeout", "500ms");
        Assert.Equal(1, exitCode);
        Assert.Contains($"{servers[2].Endpoint.ToClientString()}: ", output);
        Assert.Contains(" PING ", output);
    }
}
