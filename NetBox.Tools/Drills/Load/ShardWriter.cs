using RedisCluster.Protocol;

namespace NetBox.Tools.Drills.Load;

/// <summary>
/// Writes to one key of netbox's own, one write after another, each until it is acknowledged. A write sets the bit of its sequence number:
/// repeated after a lost answer it changes nothing, so that what is stored in the end can be compared one by one with what was acknowledged.
/// </summary>
internal sealed class ShardWriter(ShardClient client, string key, int replicas, TimeSpan patience, TimeSpan lifetime, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Between two writes: what a gap is measured to, and how little the cluster feels of it.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private const string Unconfirmed = "unconfirmed";
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(5);

    public string Key => key;

    public WriteLog Log { get; } = new(time);

    /// <param name="stop">No further write is begun.</param>
    /// <param name="giveUp">The one under way is not repeated any more.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken giveUp)
    {
        for (long sequence = 0; !stop.IsCancellationRequested; sequence++)
        {
            if (!await WriteAsync(sequence, giveUp).ConfigureAwait(false))
            {
                return;
            }

            await Task.Delay(Pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The bits that are there; null where nobody could be asked.</summary>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken) =>
        (await UntilAnsweredAsync(RespCommand.Of("GET", key), cancellationToken).ConfigureAwait(false))?.Bytes;

    public async Task RemoveAsync(CancellationToken cancellationToken) =>
        await UntilAnsweredAsync(RespCommand.Of("UNLINK", key), cancellationToken).ConfigureAwait(false);

    public ValueTask DisposeAsync() => client.DisposeAsync();

    private async Task<bool> WriteAsync(long sequence, CancellationToken giveUp)
    {
        var commands = Commands(sequence);
        var repeated = false;
        while (true)
        {
            Attempt attempt;
            try
            {
                attempt = await client.TryAsync(commands, giveUp).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                Log.GiveUp();
                return false;
            }

            if (attempt.Answers is { } answers)
            {
                if (replicas == 0 || answers[^1].AsNumber() >= replicas)
                {
                    Log.Acknowledge(sequence, repeated);
                    return true;
                }

                attempt = new(null, Unconfirmed, MayBeDone: true);
            }

            repeated |= attempt.MayBeDone;
            if (attempt.Error is { } error)
            {
                Log.Fail(error);
                await Task.Delay(RetryPause, time, giveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (giveUp.IsCancellationRequested)
            {
                if (repeated)
                {
                    Log.GiveUp();
                }

                return false;
            }
        }
    }

    private IReadOnlyList<RespCommand> Commands(long sequence)
    {
        var write = RespCommand.Of("SETBIT", key, sequence, 1);

        // With every write: a key that came back from a replica or a file without its end would stay for ever. Where it has one nothing is passed on.
        var expire = RespCommand.Of("EXPIRE", key, (long)lifetime.TotalSeconds, "NX");
        return replicas == 0
            ? [write, expire]
            : [write, expire, RespCommand.Of("WAIT", replicas, (long)(patience.TotalMilliseconds / 2))];
    }

    private async Task<RespValue?> UntilAnsweredAsync(RespCommand command, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if ((await client.TryAsync([command], cancellationToken).ConfigureAwait(false)).Answers is { } answers)
                {
                    return answers[0];
                }

                await Task.Delay(RetryPause, time, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }

        return null;
    }
}
