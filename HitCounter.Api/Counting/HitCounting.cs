using System.Security.Cryptography;
using HitCounter.Api.Store;

namespace HitCounter.Api.Counting;

/// <summary>The lanes of this process, from start to stop: one for the root, and those of the pages that are hit. Stopping writes what has been accepted.</summary>
internal sealed class HitCounting : IHostedService, IAsyncDisposable
{
    private readonly HitLane _root;
    private readonly Lazy<HitLane>[] _pages;

    public HitCounting(IHitStore store, HitCounterOptions options, HitMeters meters, TimeProvider time, ILogger<HitCounting> logger)
    {
        // New for every process: a writer that restarts begins its sequence anew. A page stays in its lane, so one name does for all.
        var writerId = RandomNumberGenerator.GetHexString(16, lowercase: true);
        _root = Lane();
        _pages = [.. Enumerable.Range(0, HitLanes.Count).Select(_ => new Lazy<HitLane>(Lane))];

        HitLane Lane() => new(store, options, writerId, meters, time, logger);
    }

    /// <summary>Whether the root's store is.</summary>
    public bool StoreAway => _root.StoreAway;

    public ValueTask<HitResult> HitAsync(Page page, CancellationToken callerLeft)
        => (page.IsRoot ? _root : _pages[HitLanes.Of(CounterKeys.SlotOf(page))].Value).HitAsync(page, callerLeft);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(Lanes.Select(lane => lane.StopAsync(cancellationToken)));

    public async ValueTask DisposeAsync()
    {
        foreach (var lane in Lanes)
        {
            await lane.DisposeAsync();
        }
    }

    // One that is opened while the process stops finds the connection closed and answers 503.
    private IEnumerable<HitLane> Lanes => [_root, .. _pages.Where(lane => lane.IsValueCreated).Select(lane => lane.Value)];
}
