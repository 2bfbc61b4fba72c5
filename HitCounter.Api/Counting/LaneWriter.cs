namespace HitCounter.Api.Counting;

/// <summary>Gets writes into the store, one at a time for each page: repeats the same write until it is confirmed or nobody waits for it any more.</summary>
internal sealed partial class LaneWriter(
    IHitStore store,
    string writerId,
    TimeSpan attemptTimeout,
    HitMeters meters,
    TimeProvider time,
    ILogger logger,
    CancellationToken abandon)
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RefusalLogInterval = TimeSpan.FromSeconds(10);

    private long _sequence;
    private long _refusalLogged;
    private Page _probed;
    private volatile bool _storeAway;

    /// <summary>True from a write that was given up until the next one that succeeds.</summary>
    public bool StoreAway => _storeAway;

    /// <summary>Writes the batch, trying until its deadline; null if that was not confirmed. Those whose own bound passes meanwhile are told so.</summary>
    public async Task<HitWriteOutcome?> WriteAsync(HitBatch batch)
    {
        var write = new HitWrite(batch.Page, writerId, Interlocked.Increment(ref _sequence), batch.Count);
        long firstFailure = 0;
        var masterHasIt = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var outcome = await TryAsync(write, Smaller(attemptTimeout, Until(batch.Deadline)));
                // A repetition for want of a replica is no answer that got lost.
                Succeeded(outcome with { AlreadyDone = outcome.AlreadyDone && !masterHasIt }, batch.Count, firstFailure);
                return outcome;
            }
            catch (StoreFaultException fault)
            {
                masterHasIt |= fault.MasterHasIt;
                if (attempt == 1)
                {
                    firstFailure = time.GetTimestamp();
                }

                if (!fault.Retriable)
                {
                    Refused(batch.Page, fault.Message);
                    return null;
                }

                if (attempt == 1)
                {
                    WriteFailed(batch.Count, fault.Message);
                }

                meters.Unconfirmed(batch.AnswerUnconfirmed(time.GetTimestamp()));
                var remaining = Until(batch.Deadline);
                if (remaining <= TimeSpan.Zero || abandon.IsCancellationRequested)
                {
                    if (!_storeAway)
                    {
                        GaveUp(attempt, fault.Message);
                    }

                    Away(batch.Page);
                    return null;
                }

                meters.Retried();
#pragma warning disable CA5394 // Jitter is no secret.
                await DelayAsync(Smaller(RetryDelay.After(attempt, Random.Shared.NextDouble()), remaining), abandon);
#pragma warning restore CA5394
            }
        }
    }

    /// <summary>Asks by a write of no hits whether the store is back; if it is not, returns after a pause.</summary>
    public async Task ProbeAsync(CancellationToken stopping)
    {
        try
        {
            Succeeded(await TryAsync(new HitWrite(_probed, writerId, Interlocked.Increment(ref _sequence), 0), attemptTimeout), 0, 0);
        }
        catch (StoreFaultException fault) when (!fault.Retriable && !_probed.IsRoot)
        {
            Back();
        }
        catch (StoreFaultException)
        {
            await DelayAsync(ProbeInterval, stopping);
        }
    }

    // What is wrong with a page is wrong with that page; the root is all there is in its lane.
    private void Refused(Page page, string reason)
    {
        var last = Volatile.Read(ref _refusalLogged);
        if (last == 0 || time.GetElapsedTime(last) >= RefusalLogInterval)
        {
            Volatile.Write(ref _refusalLogged, time.GetTimestamp());
            WriteRefused(page.Name ?? "/", reason);
        }

        if (page.IsRoot)
        {
            Away(page);
        }
    }

    private void Away(Page page)
    {
        _probed = page;
        _storeAway = true;
    }

    private async Task<HitWriteOutcome> TryAsync(HitWrite write, TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero, time);
        await using var cut = abandon.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), limit);
        try
        {
            return await store.AddAsync(write, limit.Token);
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested)
        {
            throw new StoreFaultException($"no answer within {timeout.TotalMilliseconds:0} ms", retriable: true, exception);
        }
        catch (Exception exception) when (exception is not StoreFaultException)
        {
            // A mistake of ours must not end the loop that everybody waits for.
            Unexpected(exception);
            throw new StoreFaultException(exception.Message, retriable: false, exception);
        }
    }

    private void Succeeded(HitWriteOutcome outcome, int hits, long firstFailure)
    {
        if (outcome.AlreadyDone)
        {
            meters.DuplicateAvoided();
        }

        if (hits > 0)
        {
            meters.Counted(hits);
        }

        if (firstFailure != 0)
        {
            var gap = time.GetElapsedTime(firstFailure);
            meters.GapClosed(gap);
            GapClosed(gap.TotalSeconds);
        }

        Back();
    }

    private void Back()
    {
        if (_storeAway)
        {
            _storeAway = false;
            StoreIsBack();
        }
    }

    private async Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken)
        => await Task.Delay(delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private TimeSpan Until(long deadline) => time.GetElapsedTime(time.GetTimestamp(), deadline);

    private static TimeSpan Smaller(TimeSpan one, TimeSpan other) => one < other ? one : other;

    [LoggerMessage(Level = LogLevel.Warning, Message = "A write of {Hits} hits was not confirmed and is repeated: {Reason}")]
    private partial void WriteFailed(int hits, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store confirms writes again after {Seconds:0.000} s")]
    private partial void GapClosed(double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "The store is away: a write was given up after {Attempts} attempts: {Reason}")]
    private partial void GaveUp(int attempts, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The store refuses to count hits of {Page}: {Reason}")]
    private partial void WriteRefused(string page, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "An attempt to write failed in a way nobody foresaw")]
    private partial void Unexpected(Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "The store is back")]
    private partial void StoreIsBack();
}
