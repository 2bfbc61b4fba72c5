using Integration.Support;
using RedisCluster.Protocol;

namespace Integration.Operations;

/// <summary>
/// Writes one new key after the other into one shard, as a client does that follows the master, and remembers what was acknowledged. An
/// answer that is lost is no acknowledgement.
/// </summary>
internal sealed class ShardWriter : IAsyncDisposable
{
    private readonly IReadOnlyList<RedisServer> _servers;
    private readonly string _tag;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writing;
    private volatile int _acknowledged;

    /// <param name="servers">The nodes that may be the shard's master.</param>
    /// <param name="tag">A hash tag of the shard.</param>
    public ShardWriter(IReadOnlyList<RedisServer> servers, string tag)
    {
        (_servers, _tag) = (servers, tag);
        _writing = Task.Run(WriteAsync);
    }

    public int Acknowledged => _acknowledged;

    public string Key(int number) => $"{{{_tag}}}:{number}";

    public Task PassAsync(int count)
    {
        var goal = _acknowledged + count;
        return Shards.UntilAsync(() => Task.FromResult(_acknowledged >= goal), $"{count} more writes were acknowledged");
    }

    /// <summary>Stops writing and says which keys a node lacks of those that were acknowledged.</summary>
    public async Task<IReadOnlyList<string>> MissingAsync(RedisServer master)
    {
        await _stop.CancelAsync();
        await _writing;
        await using var connection = await master.ConnectAsync();
        var keys = Enumerable.Range(0, _acknowledged).Select(Key).ToList();
        var found = await Task.WhenAll(keys.Select(key => connection.SendAsync(RespCommand.Of("EXISTS", key))));
        return [.. keys.Where((_, i) => found[i].AsNumber() == 0)];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _writing;
        _stop.Dispose();
    }

    private async Task WriteAsync()
    {
        var at = 0;
        RespConnection? connection = null;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                connection ??= await RespConnection.ConnectAsync(_servers[at].Endpoint.Host, _servers[at].Port);
                // The number goes up by one only when it was acknowledged: a repetition writes the same key again.
                var answer = await connection.TrySendAsync(RespCommand.Of("SET", Key(_acknowledged), "1"));
                if (!answer.IsError)
                {
                    _acknowledged++;
                    continue;
                }
            }
            catch (RespException)
            {
                // The other one, then.
            }

            if (connection is not null)
            {
                await connection.DisposeAsync();
                connection = null;
            }

            at = (at + 1) % _servers.Count;
        }

        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }
}
