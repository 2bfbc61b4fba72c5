using System.Diagnostics;
using StackExchange.Redis;

namespace RedisClusterAspire.Benchmarks;

/// <summary>
/// Clients that read and write keys at a constant rate, through one StackExchange.Redis connection as an app has it, and know what each key
/// has to hold. A call counts as failed when it throws after the client's own redirections and one repetition.
/// </summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private const int Clients = 16;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(8);

    private readonly ConnectionMultiplexer _connection;
    private readonly CancellationTokenSource _stop = new();
    private readonly int[] _versions;
    private readonly Task[] _clients;
    private long _calls;
    private long _repeated;
    private long _failed;
    private long _lost;
    private long _longest;

    private SteadyLoad(ConnectionMultiplexer connection, int keys)
    {
        _connection = connection;
        _versions = new int[keys];
        _clients = [.. Enumerable.Range(0, Clients).Select(client => Task.Run(() => RunAsync(client)))];
    }

    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>Calls that threw once: the client follows one redirection per call, and a slot that moves twice may take two.</summary>
    public long Repeated => Interlocked.Read(ref _repeated);

    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Keys that were not there, or held something older than what had been acknowledged.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>What the first failed call said.</summary>
    public string? FirstFailure { get; private set; }

    public static string Key(int index) => $"key:{index}";

    /// <summary>100 bytes that begin with a version.</summary>
    public static string Value(int version) => $"{version}:".PadRight(100, '.');

    /// <summary>Starts on a cluster that holds the keys with version 0.</summary>
    public static async Task<SteadyLoad> StartAsync(string nodes, int keys)
    {
        var options = ConfigurationOptions.Parse(nodes);
        options.AsyncTimeout = 30_000;
        return new SteadyLoad(await ConnectionMultiplexer.ConnectAsync(options), keys);
    }

    /// <summary>The longest call since the last time this was asked.</summary>
    public TimeSpan TakeLongest() => TimeSpan.FromTicks(Interlocked.Exchange(ref _longest, 0));

    /// <summary>Stops the clients and reads every key.</summary>
    public async Task EndAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
        var database = _connection.GetDatabase();
        foreach (var chunk in Enumerable.Range(0, _versions.Length).Chunk(2000))
        {
            await Task.WhenAll(chunk.Select(i => ReadAsync(database, i)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
        await _connection.DisposeAsync();
        _stop.Dispose();
    }

    // Each client has keys of its own, so that it knows what it wrote last.
    private async Task RunAsync(int client)
    {
        var random = new Random(client);
        var database = _connection.GetDatabase();
        for (var turn = 0; !_stop.IsCancellationRequested; turn++)
        {
            var index = (random.Next(_versions.Length / Clients) * Clients) + client;
            var started = Stopwatch.GetTimestamp();
            try
            {
                await (turn % 2 == 0 ? WriteAsync(database, index) : ReadAsync(database, index));
            }
            catch (RedisException error)
            {
                Interlocked.Increment(ref _failed);
                FirstFailure ??= error.Message;
            }

            Interlocked.Increment(ref _calls);
            Note(Stopwatch.GetElapsedTime(started).Ticks);
            await Task.Delay(Pace);
        }
    }

    private async Task WriteAsync(IDatabase database, int index)
    {
        await TwiceAsync(() => database.StringSetAsync(Key(index), Value(_versions[index] + 1)));
        _versions[index]++;
    }

    private async Task ReadAsync(IDatabase database, int index)
    {
        var value = await TwiceAsync(() => database.StringGetAsync(Key(index)));
        if (value != Value(_versions[index]))
        {
            Interlocked.Increment(ref _lost);
        }
    }

    private async Task<T> TwiceAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (RedisException)
        {
            Interlocked.Increment(ref _repeated);
            return await call();
        }
    }

    private void Note(long ticks)
    {
        var longest = Interlocked.Read(ref _longest);
        while (ticks > longest && Interlocked.CompareExchange(ref _longest, ticks, longest) is var seen && seen != longest)
        {
            longest = seen;
        }
    }
}
