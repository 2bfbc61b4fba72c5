using Integration.Support;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Integration.Operations.Backup;

/// <summary>A connection to each master of a cluster as creation lays it out: equal parts, in the order of the servers.</summary>
internal sealed class Connections : IAsyncDisposable
{
    private readonly List<RespConnection> _connections = [];

    public static async Task<Connections> OpenAsync(RedisServers servers, int shards)
    {
        var connections = new Connections();
        for (var i = 0; i < shards; i++)
        {
            connections._connections.Add(await servers[i].ConnectAsync());
        }

        return connections;
    }

    public static int ShardOf(RespArgument key, int shards)
    {
        var slot = HashSlot.Of(key.Bytes);
        return Enumerable.Range(0, shards).Last(shard => slot >= Math.Round((double)shard * HashSlot.Count / shards));
    }

    public RespConnection For(RespArgument key) => _connections[ShardOf(key, _connections.Count)];

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }
    }
}
