using System.Diagnostics;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisClusterAspire.Benchmarks;

/// <summary>Writes to every shard of the cluster to be, over and over, until each has taken one.</summary>
internal static class ShardWriters
{
    // The first three nodes become the masters, with redis-cli and with us: one slot of each.
    private static readonly int[] Slots = [0, 8000, 16000];
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(2);

    /// <summary>Time from now until a write was accepted on every shard.</summary>
    public static async Task<TimeSpan> FirstWriteOnEachAsync(IReadOnlyList<NodeEndpoint> nodes, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Slots.Select((slot, shard) => WriteAsync(nodes[shard], KeyIn(slot), stop)));
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

    private static string KeyIn(int slot) =>
        Enumerable.Range(0, int.MaxValue).Select(i => $"benchmark:{i}").First(key => HashSlot.Of(key) == slot);
}
