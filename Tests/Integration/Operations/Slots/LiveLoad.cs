using System.Collections.Concurrent;
using System.Globalization;
using RedisCluster.Topology;
using StackExchange.Redis;

namespace Integration.Operations.Slots;

/// <summary>
/// An application: it reads and writes keys of its own through StackExchange.Redis, repeats a call that failed once (the client follows one
/// redirection per call), and knows what each key has to hold.
/// </summary>
internal sealed class LiveLoad : IAsyncDisposable
{
    private const int Clients = 8;
    private const int KeysOfClient = 250;

    private readonly ConnectionMultiplexer _connection;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, int> _written = new();
    private readonly ConcurrentQueue<string> _faults = [];
    private readonly Task[] _clients;

    private LiveLoad(ConnectionMultiplexer connection)
    {
        _connection = connection;
        _clients = [.. Enumerable.Range(0, Clients).Select(client => Task.Run(() => RunAsync(client)))];
    }

    public static async Task<LiveLoad> StartAsync(IEnumerable<NodeEndpoint> nodes)
    {
        var options = new ConfigurationOptions { AsyncTimeout = 30_000 };
        foreach (var node in nodes)
        {
            options.EndPoints.Add(node.Host, node.Port);
        }

        return new LiveLoad(await ConnectionMultiplexer.ConnectAsync(options));
    }

    /// <summary>Ends it; fails when a call failed twice or a key was not what had been written. Returns how many keys it has written.</summary>
    public async Task<int> EndAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
        var database = _connection.GetDatabase();
        foreach (var key in _written.Keys)
        {
            await CheckAsync(database, key);
        }

        Assert.Empty(_faults);
        Assert.NotEmpty(_written);
        return _written.Count;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
        await _connection.DisposeAsync();
        _stop.Dispose();
    }

    private async Task RunAsync(int client)
    {
        var database = _connection.GetDatabase();
        var random = new Random(client);
        while (!_stop.IsCancellationRequested)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"load:{client}:{random.Next(KeysOfClient)}");
            try
            {
                if (random.Next(2) == 0)
                {
                    var value = _written.GetValueOrDefault(key) + 1;
                    await TwiceAsync(() => database.StringSetAsync(key, value));
                    _written[key] = value;
                }
                else
                {
                    await CheckAsync(database, key);
                }
            }
            catch (RedisException error)
            {
                _faults.Enqueue(error.Message);
            }

            await Task.Delay(2);
        }
    }

    private async Task CheckAsync(IDatabase database, string key)
    {
        var value = await TwiceAsync(() => database.StringGetAsync(key));
        if (value != (_written.TryGetValue(key, out var written) ? written : RedisValue.Null))
        {
            _faults.Enqueue($"{key} is {value}, not {written}");
        }
    }

    private static async Task<T> TwiceAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (RedisException)
        {
            return await call();
        }
    }
}
