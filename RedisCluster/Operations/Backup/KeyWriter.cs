using System.Text;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Backup;

/// <summary>A key on its way into a cluster.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Payload">What DUMP says of it.</param>
internal sealed record KeyToWrite(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Payload)
{
    /// <summary>When it expires, in Unix milliseconds (<see cref="IsAbsolute"/>), or in how many; 0 for never.</summary>
    public long Expiry { get; init; }

    public bool IsAbsolute { get; init; }

    public long? IdleSeconds { get; init; }

    public int? Frequency { get; init; }

    public RespCommand ToCommand(bool replace)
    {
        List<RespArgument> words = ["RESTORE", Key, Expiry, Payload];
        if (replace)
        {
            words.Add("REPLACE");
        }

        if (IsAbsolute && Expiry > 0)
        {
            words.Add("ABSTTL");
        }

        if (IdleSeconds is { } idle)
        {
            words.AddRange(["IDLETIME", idle]);
        }
        else if (Frequency is { } frequency)
        {
            words.AddRange(["FREQ", frequency]);
        }

        return RespCommand.Of([.. words]);
    }
}

/// <summary>Writes keys to the owners of their slots, any number at once over one connection per node, and follows slots that move.</summary>
internal sealed class KeyWriter(StepContext context, SlotOwners owners)
{
    // What is ahead in the pipeline counts as well; when nothing gets on at all, the run ends before.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ConfirmLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private int _losses;

    /// <summary>How often a connection broke with writes under way. A master that failed over may lack what it had acknowledged just before.</summary>
    public int Losses => Volatile.Read(ref _losses);

    /// <summary>Writes a key. False when the cluster has it already and it was not to be replaced.</summary>
    /// <exception cref="ClusterException">A node does not take it.</exception>
    public async Task<bool> WriteAsync(KeyToWrite key, bool replace, CancellationToken token)
    {
        var answer = await SendAsync(key.Key, key.ToCommand(replace), token).ConfigureAwait(false);
        context.Progressed();
        return answer.ErrorCode switch
        {
            null => true,
            "BUSYKEY" => false,
            "OOM" => throw new ClusterException(
                ClusterFault.Faults, $"{owners[HashSlot.Of(key.Key.Span)].ToClientString()} is out of memory ({answer.AsText()}); give it more and run it again"),
            _ => throw new ClusterException(
                ClusterFault.Faults,
                $"{owners[HashSlot.Of(key.Key.Span)].ToClientString()} does not take key '{Printable(key.Key.Span)}': {answer.AsText()}"
                + (answer.AsText().Contains("version or checksum", StringComparison.Ordinal) ? " (its value is of a type that only newer servers know)" : "")),
        };
    }

    /// <summary>Waits until replicas have what was written to the owners of these keys, where those have replicas: then the loss of a master loses nothing of it.</summary>
    public async Task ConfirmAsync(IEnumerable<ReadOnlyMemory<byte>> keys, CancellationToken token)
    {
        var masters = keys.Select(key => owners[HashSlot.Of(key.Span)]).Distinct().Where(owners.IsReplicated);
        await Task.WhenAll(masters.Select(async master =>
        {
            while (!await IsConfirmedAsync(master, token).ConfigureAwait(false))
            {
                context.Obstacle = $"no replica of {master.ToClientString()} confirms what was written there";
            }
        })).ConfigureAwait(false);
    }

    /// <summary>Sends a command to the owner of a key, again and again while the answer is about the cluster and not about the key.</summary>
    public async Task<RespValue> SendAsync(ReadOnlyMemory<byte> key, RespCommand command, CancellationToken token)
    {
        command = command.WithTimeout(AnswerLimit);
        var slot = HashSlot.Of(key.Span);
        while (true)
        {
            var version = owners.Version;
            var owner = owners[slot];
            try
            {
                var connection = await context.Pool.GetAsync(owner, token).ConfigureAwait(false);
                var answer = await connection.TrySendAsync(command, token).ConfigureAwait(false);
                switch (answer.ErrorCode)
                {
                    case "MOVED":
                        owners.Moved(answer.AsText(), owner);
                        continue;
                    case "ASK" or "TRYAGAIN":
                        // The slot is being moved right now; its new owner takes the key when it has arrived.
                        context.Obstacle = $"slot {slot} is being moved away from {owner.ToClientString()}";
                        break;
                    case "CLUSTERDOWN" or "LOADING" or "MASTERDOWN" or "READONLY" or "NOREPLICAS" or "BUSY":
                        context.Obstacle = $"{owner.ToClientString()} takes no writes: {answer.AsText()}";
                        break;
                    default:
                        return answer;
                }
            }
            catch (RespAuthenticationException)
            {
                throw;
            }
            catch (Exception error) when (error is RespConnectionException or RespTimeoutException)
            {
                Interlocked.Increment(ref _losses);
                context.Obstacle = error.Message;
            }

            await Task.Delay(Pause, context.Time, token).ConfigureAwait(false);
            await owners.RefreshAsync(version, token).ConfigureAwait(false);
        }
    }

    private async Task<bool> IsConfirmedAsync(NodeEndpoint master, CancellationToken token)
    {
        try
        {
            var connection = await context.Pool.GetAsync(master, token).ConfigureAwait(false);
            var answer = await connection.TrySendAsync(RespCommand.Of("WAIT", 1, (long)ConfirmLimit.TotalMilliseconds).WithTimeout(AnswerLimit), token).ConfigureAwait(false);
            return answer is { Kind: RespKind.Number } && answer.AsNumber() > 0;
        }
        catch (Exception error) when (error is RespConnectionException or RespTimeoutException)
        {
            // Whoever asks for the losses learns that this confirms nothing.
            Interlocked.Increment(ref _losses);
            return true;
        }
    }

    /// <summary>A key for messages: short, and nothing in it that would drive a terminal.</summary>
    public static string Printable(ReadOnlySpan<byte> key)
    {
        var text = string.Concat(Encoding.UTF8.GetString(key).Select(c => char.IsControl(c) ? '\uFFFD' : c));
        return text.Length <= 60 ? text : $"{text[..57]}...";
    }
}
