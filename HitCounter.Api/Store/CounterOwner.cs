using System.Collections.Concurrent;
using HitCounter.Api.Counting;
using StackExchange.Redis;

namespace HitCounter.Api.Store;

/// <summary>
/// The nodes that own the counters. The client's own slot map comes first; when a node has failed us, all others are asked
/// for the key at once, and the one that does not answer MOVED is it. That is quicker than a refresh of the map, which
/// waits for the silent node too.
/// </summary>
internal sealed class CounterOwner(TimeProvider time)
{
    // With more pages than this in doubt at once, the refresh of the map is there before their turn.
    private const int MostSearches = 32;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // By slot, so there is an end to both.
    private readonly ConcurrentDictionary<int, IServer> _found = new();
    private readonly ConcurrentDictionary<int, long> _searched = new();
    private int _searches;

    /// <exception cref="InvalidOperationException">No node is known to own it.</exception>
    public IServer Get(IConnectionMultiplexer multiplexer, Page page)
        => _found.TryGetValue(CounterKeys.SlotOf(page), out var found) && found.IsConnected
            ? found
            : multiplexer.GetServer(CounterKeys.Total(page), flags: CommandFlags.DemandMaster);

    /// <summary>Forgets the owner and looks for another one, in the background; at most one search every 100 ms.</summary>
    public void Doubt(IConnectionMultiplexer multiplexer, Page page, IServer? failed)
    {
        var slot = CounterKeys.SlotOf(page);
        _found.TryRemove(slot, out _);
        if (_searched.TryGetValue(slot, out var last) && time.GetElapsedTime(last) < Interval)
        {
            return;
        }

        if (Interlocked.Increment(ref _searches) > MostSearches)
        {
            Interlocked.Decrement(ref _searches);
            return;
        }

        _searched[slot] = time.GetTimestamp();
        _ = SearchAsync(multiplexer, page, slot, failed);
    }

    private async Task SearchAsync(IConnectionMultiplexer multiplexer, Page page, int slot, IServer? failed)
    {
        try
        {
            var others = multiplexer.GetServers().Where(server => server.IsConnected && !server.EndPoint.Equals(failed?.EndPoint));
            await Task.WhenAll(others.Select(server => AskAsync(server, page, slot))).WaitAsync(Interval * 2, time);
        }
        catch (TimeoutException)
        {
            // The silent ones may still answer, and are then believed.
        }
        finally
        {
            Interlocked.Decrement(ref _searches);
        }
    }

    private async Task AskAsync(IServer server, Page page, int slot)
    {
        try
        {
            await server.ExecuteAsync("EXISTS", [CounterKeys.Total(page)], CommandFlags.NoRedirect);
            _found[slot] = server;
        }
        catch (Exception exception) when (StoreFaults.IsFault(exception))
        {
            // Not the owner, or not there.
        }
    }
}
