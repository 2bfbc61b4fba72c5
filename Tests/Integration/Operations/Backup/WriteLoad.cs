using System.Collections.Concurrent;
using System.Globalization;
using Integration.Support;
using RedisCluster.Protocol;

namespace Integration.Operations.Backup;

/// <summary>Counters that are raised all the time, in every shard, until told to stop: key n holds how often it was raised.</summary>
internal sealed class WriteLoad : IAsyncDisposable
{
    private const int KeysPerShard = 50;

    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<string, long> _acknowledged = new();
    private readonly int _keys;
    private Task _writing = Task.CompletedTask;

    private WriteLoad(int keys) => _keys = keys;

    /// <summary>The highest value acknowledged so far.</summary>
    public IReadOnlyDictionary<string, long> Acknowledged => new Dictionary<string, long>(_acknowledged);

    public static WriteLoad Start(RedisServers servers, int shards)
    {
        var load = new WriteLoad(shards * KeysPerShard);
        load._writing = Task.WhenAll(Enumerable.Range(0, shards).Select(i => load.WriteAsync(servers[i], i, shards)));
        return load;
    }

    /// <summary>Waits until every counter has been raised again.</summary>
    public async Task WaitForEachAsync()
    {
        var before = Acknowledged;
        while (_acknowledged.Count < _keys || _acknowledged.Any(key => key.Value <= before.GetValueOrDefault(key.Key)))
        {
            await Task.WhenAny(_writing, Task.Delay(5));
            if (_writing.IsCompleted)
            {
                await _writing;
                Assert.Fail("The writers stopped by themselves.");
            }
        }
    }

    public async Task StopAsync()
    {
        await _end.CancelAsync();
        await _writing;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _end.Dispose();
    }

    private async Task WriteAsync(RedisServer server, int shard, int shards)
    {
        await using var connection = await server.ConnectAsync();
        var keys = Enumerable.Range(0, 100_000).Select(n => string.Create(CultureInfo.InvariantCulture, $"load:{n}"))
            .Where(key => Connections.ShardOf(key, shards) == shard).Take(KeysPerShard).ToList();
        while (!_end.IsCancellationRequested)
        {
            foreach (var key in keys)
            {
                _acknowledged[key] = (await connection.SendAsync(RespCommand.Of("INCR", key))).AsNumber();
            }
        }
    }
}
