namespace RedisCluster.Operations.Backup;

/// <summary>Work that is under way, bounded by bytes and by count: whoever adds more waits for the oldest to end. For one producer.</summary>
internal sealed class InFlight(long maxBytes, int maxCount)
{
    private readonly Queue<(Task Task, long Bytes)> _queue = new();
    private long _bytes;

    /// <summary>Adds a piece that has been started; throws what an older one ended with.</summary>
    public async ValueTask AddAsync(Task task, long bytes)
    {
        _queue.Enqueue((task, bytes));
        _bytes += bytes;
        while (_bytes > maxBytes || _queue.Count > maxCount)
        {
            await EndOldestAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Waits for all there is.</summary>
    public async Task DrainAsync()
    {
        while (_queue.Count > 0)
        {
            await EndOldestAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Waits for all there is and forgets how it ended: after a failure nobody asks any more.</summary>
    public async Task AbandonAsync()
    {
        while (_queue.TryDequeue(out var oldest))
        {
            await oldest.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async ValueTask EndOldestAsync()
    {
        var (task, bytes) = _queue.Dequeue();
        _bytes -= bytes;
        await task.ConfigureAwait(false);
    }
}
