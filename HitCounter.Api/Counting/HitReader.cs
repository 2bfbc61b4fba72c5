namespace HitCounter.Api.Counting;

/// <summary>Reads a count, waiting for the store as a hit would.</summary>
internal sealed class HitReader(IHitStore store, HitCounterOptions options, TimeProvider time)
{
    /// <returns>The count, or null where the store did not answer within the bound.</returns>
    public async Task<long?> ReadAsync(Page page, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var remaining = options.EffectiveFailoverWait - time.GetElapsedTime(started);
            if (remaining <= TimeSpan.Zero)
            {
                return null;
            }

            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(remaining < options.AttemptTimeout ? remaining : options.AttemptTimeout);
            try
            {
                return await store.ReadAsync(page, limit.Token);
            }
            catch (StoreFaultException fault) when (!fault.Retriable)
            {
                return null;
            }
            catch (StoreFaultException)
            {
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
            }

#pragma warning disable CA5394 // Jitter is no secret.
            await Task.Delay(RetryDelay.After(attempt, Random.Shared.NextDouble()), time, cancellationToken);
#pragma warning restore CA5394
        }
    }
}
