using Integration.Support;
using RedisCluster.Protocol;

namespace Integration.HitCounter;

/// <summary>The servers as the counter sees them.</summary>
internal static class CounterShard
{
    public const string Total = "{hits}:total";

    /// <summary>The master that owns the counter.</summary>
    public static async Task<RedisServer> MasterAsync(this RedisServers servers)
    {
        RedisServer? master = null;
        await Eventually.TrueAsync(
            async () =>
            {
                foreach (var server in servers.Servers)
                {
                    try
                    {
                        // Every other node, the master's replica included, answers MOVED.
                        await server.CallAsync("GET", Total);
                        master = server;
                        return true;
                    }
                    catch (RespException)
                    {
                    }
                }

                return false;
            },
            TimeSpan.FromSeconds(20),
            "a node owns the counter");
        return master!;
    }

    /// <summary>The other nodes that keep a copy of the counter.</summary>
    public static async Task<IReadOnlyList<RedisServer>> ReplicasAsync(this RedisServers servers)
    {
        var master = await servers.MasterAsync();
        var id = (await master.CallAsync("CLUSTER", "MYID")).AsText();
        var replicas = new List<RedisServer>();
        foreach (var server in servers.Servers.Where(server => server != master))
        {
            var nodes = (await server.CallAsync("CLUSTER", "NODES")).AsText();
            if (nodes.Split('\n').Any(line => line.Contains("myself,slave " + id, StringComparison.Ordinal)))
            {
                replicas.Add(server);
            }
        }

        return replicas;
    }

    public static async Task<long> StoredAsync(this RedisServers servers)
    {
        var master = await servers.MasterAsync();
        var value = await master.CallAsync("GET", Total);
        return value.IsNull ? 0 : long.Parse(value.AsText(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
