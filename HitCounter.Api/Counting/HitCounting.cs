using System.Security.Cryptography;

namespace HitCounter.Api.Counting;

/// <summary>The lane of this process, from start to stop. Stopping writes what has been accepted.</summary>
internal sealed class HitCounting(IHitStore store, HitCounterOptions options, HitMeters meters, TimeProvider time, ILogger<HitCounting> logger)
    : IHostedService, IAsyncDisposable
{
    // New for every process: a writer that restarts begins its sequence anew.
    private readonly HitLane _lane = new(store, options, RandomNumberGenerator.GetHexString(16, lowercase: true), meters, time, logger);

    public bool StoreAway => _lane.StoreAway;

    public ValueTask<HitResult> HitAsync(CancellationToken callerLeft) => _lane.HitAsync(callerLeft);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => _lane.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _lane.DisposeAsync();
}
