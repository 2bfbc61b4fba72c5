using System.Text.Json;
using Integration.HitCounter;
using Integration.Support;
using RedisCluster.Protocol;
using RedisCluster.Topology;
using static Integration.NetBox.ProbeCommandTests;

namespace Integration.NetBox;

/// <summary>netbox slots on servers with keys, few and many, small and big.</summary>
public sealed class SlotsCommandTests
{
    [Fact]
    public async Task The_map_the_keys_of_each_slot_and_the_biggest_ones_found_on_replicas()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1);
        var seed = servers[0].Endpoint.ToClientString();
        await Fill(servers[0], "{a0}", 700, 10);
        await Fill(servers[2], "{a2}", 20, 100_000);
        await servers[0].CallAsync("SET", new byte[] { (byte)'{', (byte)'a', (byte)'0', (byte)'}', 0, 0xff }, new string('x', 5000));
        await Eventually.TrueAsync(
            async () => (await Task.WhenAll(servers.Servers.Select(server => server.CallAsync("DBSIZE")))).Sum(count => count.AsNumber()) == 2 * 721,
            TimeSpan.FromSeconds(30),
            "the replicas have all keys");

        var (exitCode, output, error) = await RunAsync("slots", seed, "--keys", "--big", "21", "--json");
        Assert.Equal((0, ""), (exitCode, error));
        var report = JsonDocument.Parse(output).RootElement;
        Assert.Equal(
            [(HashSlot.Of("{a0}"), 701L), (HashSlot.Of("{a2}"), 20L)],
            report.GetProperty("keys").GetProperty("counts").EnumerateArray()
                .Select(count => (count.GetProperty("slot").GetInt32(), count.GetProperty("keys").GetInt64())).OrderByDescending(count => count.Item2));
        var big = report.GetProperty("big").GetProperty("keys").EnumerateArray()
            .Select(key => (Key: key.GetProperty("key").GetString()!, Bytes: key.GetProperty("bytes").GetInt64(), Type: key.GetProperty("type").GetString())).ToList();
        Assert.Equal(21, big.Count);
        Assert.All(big.Take(20), key => Assert.True(key.Key.StartsWith("{a2}", StringComparison.Ordinal) && key.Bytes > 100_000 && key.Type == "string"));
        Assert.Equal(@"{a0}\x00\xff", big[20].Key);
        var scans = report.GetProperty("big").GetProperty("scans").EnumerateArray().ToList();
        Assert.All(scans, scan => Assert.Equal(("replica", true), (scan.GetProperty("role").GetString(), scan.GetProperty("complete").GetBoolean())));
        Assert.Equal(721, scans.Sum(scan => scan.GetProperty("looked").GetInt64()));

        // Servers of this version count nothing per slot, and the report says so.
        var hot = report.GetProperty("hot");
        if (hot.GetProperty("slots").GetArrayLength() == 0)
        {
            Assert.Contains("does not count per slot", Assert.Single(hot.GetProperty("notes").EnumerateArray()).GetString());
        }

        (exitCode, output, _) = await RunAsync("slots", seed, "--big", "1", "--limit", "600", "--on-masters");
        Assert.Equal(0, exitCode);
        Assert.Contains($"master {seed}: only 600 of 701 keys looked at (--limit)", output);
        Assert.Contains($"    0 {new string('A', 64)}\n", output);

        // A shard of which nobody answers, and a slot on its way.
        await servers[0].CallAsync("CLUSTER", "SETSLOT", HashSlot.Of("{a0}"), "MIGRATING", (await servers[1].CallAsync("CLUSTER", "MYID")).AsText());
        var master = (await servers[2].CallAsync("CLUSTER", "MYID")).AsText();
        foreach (var server in servers.Servers)
        {
            if (server == servers[2] || (await server.CallAsync("CLUSTER", "NODES")).AsText().Contains($"myself,slave {master}", StringComparison.Ordinal))
            {
                await server.KillAsync();
            }
        }

        (exitCode, output, error) = await RunAsync("slots", seed, "--big", "1");
        Assert.Equal((1, ""), (exitCode, error));
        Assert.Contains("*", output.Split('\n')[HashSlot.Of("{a0}") / 1024]);
        Assert.Contains($"master {servers[2].Endpoint.ToClientString()}: only 0 keys looked at: neither it nor a replica of it answers", output);
        Assert.Contains($"{servers[2].Endpoint.ToClientString()} (unreachable)", output);
    }

    private static Task<RespValue> Fill(RedisServer server, string tag, int keys, int size) => server.CallAsync(
        "EVAL", "for i = 1, tonumber(ARGV[1]) do redis.call('SET', KEYS[1] .. i, string.rep('x', tonumber(ARGV[2]))) end", 1, tag, keys, size);
}
