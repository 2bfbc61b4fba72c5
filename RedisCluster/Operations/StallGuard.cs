namespace RedisCluster.Operations;

/// <summary>
/// A deadline that moves on with the work: what takes hours may take them, what stands still for too long ends. Moving slots has no
/// duration that could be foreseen, so a deadline for the whole would be wrong at any value.
/// </summary>
internal sealed class StallGuard : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly CancellationTokenSource _stalled;

    public StallGuard(TimeSpan limit, TimeProvider time)
    {
        _limit = limit;
        _stalled = new CancellationTokenSource(limit, time);
    }

    /// <summary>Cancelled when nothing got on for the limit.</summary>
    public CancellationToken Token => _stalled.Token;

    public void Progressed() => _stalled.CancelAfter(_limit);

    public void Dispose() => _stalled.Dispose();
}
