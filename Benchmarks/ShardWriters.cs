using System.Diagnostics;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisClusterAspire.Benchmarks;

/// <summary>Writes to every shard of the cluster to be, over and over, until each has taken one.</summary>
internal static class ShardWriters
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(2);

    /// <summary>Time from now until a write was accepted on every shard. The first nodes become the masters, with redis-cli and with us.</summary>
    public static async Task<TimeSpan> FirstWriteOnEachAsync(IReadOnlyList<NodeEndpoint> nodes, int shards, CancellationToken stop)
    {
        var keys = KeysInTheMiddle(shards);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(keys.Select((key, shard) => WriteAsync(nodes[shard], key, stop)));
        return Stopwatch.GetElapsedTime(started);
    }

    private static async Task WriteAsync(NodeEndpoint node, string key, CancellationToken stop)
    {
        await using var connection = await RespConnection.ConnectAsync(node.Host, node.Port, cancellationToken: stop);
        while ((await connection.TrySendAsync(RespCommand.Of("SET", key, "1"), stop)).IsError)
        {
            await Task.Delay(Interval, stop);
        }
    }

    private static string[] KeysInTheMiddle(int shards)
    {
        var missing = Enumerable.Range(0, shards).ToDictionary(shard => ((2 * shard) + 1) * HashSlot.Count / (2 * shards));
        var keys = new string[shards];
        for (var i = 0; missing.Count > 0; i++)
        {
            if (missing.Remove(HashSlot.Of($"benchmark:{i}"), out var shard))
            {
                keys[shard] = $"benchmark:{i}";
            }
        }

        return keys;
    }
}
