namespace RedisClusterAspire.Benchmarks;

/// <summary>One of the servers that are compared, and what was measured of it.</summary>
internal sealed class CounterSide(string name, WebServer server, int pages) : IAsyncDisposable
{
    private const long WarmRequests = 200_000;

    private readonly Dictionary<int, List<(Wrk Load, TimeSpan ProcessorPerRequest)>> _results = [];

    public string Name => name;

    public async Task WarmUpAsync(CancellationToken stop)
    {
        for (var requests = 0L; requests < WarmRequests;)
        {
            requests += (await Wrk.RunAsync(server.Url, 2, 64, stop, pages)).Requests;
        }
    }

    public async Task<(Wrk Load, TimeSpan ProcessorPerRequest)> MeasureAsync(int seconds, int connections, CancellationToken stop)
    {
        var before = server.ProcessorTime;
        var load = await Wrk.RunAsync(server.Url, seconds, connections, stop, pages);
        var result = (load, (server.ProcessorTime - before) / load.Requests);
        _results.TryAdd(connections, []);
        _results[connections].Add(result);
        return result;
    }

    /// <summary>By requests per second; everything else is that of the same run.</summary>
    public (Wrk Load, TimeSpan ProcessorPerRequest) Middle(int connections)
        => _results[connections].OrderBy(result => result.Load.Rate).ElementAt(_results[connections].Count / 2);

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
