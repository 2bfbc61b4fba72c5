using StackExchange.Redis;

namespace HitCounter.Api.Store;

/// <summary>
/// The node that owns the counter. The client's own slot map comes first; when a node has failed us, all others are asked
/// for the key at once, and the one that does not answer MOVED is it. That is quicker than a refresh of the map, which
/// waits for the silent node too.
/// </summary>
internal sealed class CounterOwner(TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly object[] KeyArgument = [CounterKeys.Total];

    private volatile IServer? _found;
    private int _searching;
    private long _lastSearch;

    /// <exception cref="InvalidOperationException">No node is known to own it.</exception>
    public IServer Get(IConnectionMultiplexer multiplexer)
        => _found is { IsConnected: true } found ? found : multiplexer.GetServer(CounterKeys.Total, flags: CommandFlags.DemandMaster);

    /// <summary>Forgets the owner and looks for another one, in the background; at most one search every 100 ms.</summary>
    public void Doubt(IConnectionMultiplexer multiplexer, IServer? failed)
    {
        _found = null;
        if (Interlocked.Exchange(ref _searching, 1) != 0)
        {
            return;
        }

        if (time.GetElapsedTime(_lastSearch) < Interval)
        {
            _searching = 0;
            return;
        }

        _lastSearch = time.GetTimestamp();
        _ = SearchAsync(multiplexer, failed);
    }

    private async Task SearchAsync(IConnectionMultiplexer multiplexer, IServer? failed)
    {
        try
        {
            var others = multiplexer.GetServers().Where(server => server.IsConnected && !server.EndPoint.Equals(failed?.EndPoint));
            await Task.WhenAll(others.Select(AskAsync)).WaitAsync(Interval * 2, time);
        }
        catch (TimeoutException)
        {
            // The silent ones may still answer, and are then believed.
        }
        finally
        {
            _searching = 0;
        }
    }

    private async Task AskAsync(IServer server)
    {
        try
        {
            await server.ExecuteAsync("EXISTS", KeyArgument, CommandFlags.NoRedirect);
            _found = server;
        }
        catch (Exception exception) when (StoreFaults.IsFault(exception))
        {
            // Not the owner, or not there.
        }
    }
}
