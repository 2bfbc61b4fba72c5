namespace RedisCluster.Operations.Backup;

/// <summary>
/// How much may be on its way at once, over all who send: whoever wants more waits in the row. What is larger than the bound goes alone. Safe
/// to use from any thread.
/// </summary>
/// <param name="maxBytes">Bytes on their way, unless one piece alone has more.</param>
/// <param name="maxCount">Pieces on their way, 1 or more.</param>
internal sealed class ByteWindow(long maxBytes, int maxCount)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(long Bytes, TaskCompletionSource Entered)> _row = new();
    private long _bytes;
    private int _count;

    /// <summary>Waits until there is room.</summary>
    public async Task EnterAsync(long bytes, CancellationToken token)
    {
        LinkedListNode<(long Bytes, TaskCompletionSource Entered)> place;
        lock (_gate)
        {
            if (_row.Count == 0 && HasRoom(bytes))
            {
                Take(bytes);
                return;
            }

            place = _row.AddLast((bytes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        }

        try
        {
            await place.Value.Entered.Task.WaitAsync(token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                if (place.List is not null)
                {
                    _row.Remove(place);
                    throw;
                }
            }

            // Its turn came in the same moment.
            Exit(bytes);
            throw;
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Exit(long bytes)
    {
        lock (_gate)
        {
            (_bytes, _count) = (_bytes - bytes, _count - 1);
            while (_row.First is { } next && HasRoom(next.Value.Bytes))
            {
                _row.RemoveFirst();
                Take(next.Value.Bytes);
                next.Value.Entered.SetResult();
            }
        }
    }

    private bool HasRoom(long bytes) => _count == 0 || (_count < maxCount && _bytes + bytes <= maxBytes);

    private void Take(long bytes) => (_bytes, _count) = (_bytes + bytes, _count + 1);
}
