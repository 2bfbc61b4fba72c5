namespace RedisCluster.Operations.Backup;

/// <summary>What one producer has under way, in a window that it may share with others.</summary>
internal sealed class InFlight(ByteWindow window)
{
    private readonly Queue<Task> _queue = new();

    /// <summary>Starts a piece when there is room for it; throws what an older one ended with.</summary>
    /// <param name="bytes">How large it is.</param>
    /// <param name="start">Makes and sends it; what it needs for that is made in here, not before.</param>
    /// <param name="token">Ends the waiting for room.</param>
    public async Task AddAsync(long bytes, Func<Task> start, CancellationToken token)
    {
        while (_queue.TryPeek(out var oldest) && oldest.IsCompleted)
        {
            await _queue.Dequeue().ConfigureAwait(false);
        }

        await window.EnterAsync(bytes, token).ConfigureAwait(false);
        _queue.Enqueue(RunAsync(bytes, start));
    }

    /// <summary>Waits for all there is.</summary>
    public async Task DrainAsync()
    {
        while (_queue.TryDequeue(out var oldest))
        {
            await oldest.ConfigureAwait(false);
        }
    }

    /// <summary>Waits for all there is and forgets how it ended: after a failure nobody asks any more.</summary>
    public async Task AbandonAsync()
    {
        while (_queue.TryDequeue(out var oldest))
        {
            await oldest.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunAsync(long bytes, Func<Task> start)
    {
        try
        {
            await start().ConfigureAwait(false);
        }
        finally
        {
            window.Exit(bytes);
        }
    }
}
