using System.Text.RegularExpressions;
using RedisCluster.Protocol;

namespace Integration.Support;

/// <summary>What servers say that must not change when they are left alone, and what must hold when they are a cluster.</summary>
public static partial class ClusterFacts
{
    /// <summary>Ids, addresses, roles, epochs, slots, keys and the node timeout of each server; without what moves by itself.</summary>
    public static async Task<string> DescribeAsync(this RedisServers servers)
    {
        var lines = new List<string>();
        foreach (var server in servers.Servers)
        {
            var nodes = (await server.CallAsync("CLUSTER", "NODES")).AsText();
            lines.AddRange(nodes.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => PingAndPong().Replace(line, " $1 ")).Order(StringComparer.Ordinal));
            lines.Add((await server.CallAsync("DBSIZE")).ToString());
            lines.Add((await server.CallAsync("CONFIG", "GET", "cluster-node-timeout")).Find("cluster-node-timeout")!.AsText());
        }

        return string.Join('\n', lines);
    }

    /// <summary>The node timeouts, in milliseconds.</summary>
    public static async Task<IReadOnlyList<long>> NodeTimeoutsAsync(this RedisServers servers) =>
        await Task.WhenAll(servers.Servers.Select(async server =>
            (await server.CallAsync("CONFIG", "GET", "cluster-node-timeout")).Find("cluster-node-timeout")!.AsNumber()));

    /// <summary>Keys of all servers together.</summary>
    public static async Task<long> KeysAsync(this RedisServers servers) =>
        (await Task.WhenAll(servers.Servers.Select(server => server.CallAsync("DBSIZE")))).Sum(count => count.AsNumber());

    // master id, ping sent, pong received, epoch, link state: the two times move.
    [GeneratedRegex(" ([0-9a-f]{40}|-) [0-9]+ [0-9]+ ")]
    private static partial Regex PingAndPong();
}
