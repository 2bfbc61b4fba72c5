using System.Globalization;
using System.Threading.Channels;
using RedisCluster.Operations.Backup.Rdb;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Backup;

/// <summary>Imports: one connection lists the keys of the source, several read them, write them to the cluster and, when they move, delete them.</summary>
internal sealed class ImportRun(StepContext context, ImportKeys step) : IDisposable
{
    private const int Workers = 4;
    private const int LargestGroup = 128;
    private const int MaxTries = 20;
    private const int Named = 5;
    private const long GroupBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan TellEvery = TimeSpan.FromMilliseconds(200);

    private readonly List<string> _left = [];
    private SlotOwners? _owners;
    private KeyWriter _writer = null!;
    private long _done;
    private long _leftCount;
    private long _lastTold;

    /// <exception cref="ClusterException">Keys stayed behind, or the cluster does not take one.</exception>
    public async Task RunAsync(CancellationToken token)
    {
        _owners = new(context.Pool, await ClusterObserver.ObserveAsync(context.Pool, step.Seeds, discover: true, token).ConfigureAwait(false));
        _writer = new(context, _owners);
        context.Obstacle = $"{step.Source.ToClientString()} does not answer";
        var groups = Channel.CreateBounded<ReadOnlyMemory<byte>[]>(Workers);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(token);
        Task[] tasks = [ListAsync(groups.Writer, end.Token), .. Enumerable.Range(0, Workers).Select(_ => WorkAsync(groups.Reader, end.Token))];
        await AllAsync(tasks, end).ConfigureAwait(false);
        context.Log.Report(string.Create(CultureInfo.InvariantCulture, $"{_done} keys {(step.Copy ? "copied" : "moved")}"), $"from {step.Source.ToClientString()}");
        if (_leftCount > 0)
        {
            throw new ClusterException(
                ClusterFault.Faults,
                string.Create(CultureInfo.InvariantCulture, $"{_done} keys were imported, {_leftCount} were not and are on {step.Source.ToClientString()} as before: ")
                + string.Join("; ", _left) + (_leftCount > _left.Count ? "; ..." : ""));
        }

        if (_writer.Losses > 0 && step.Copy)
        {
            throw new ClusterException(
                ClusterFault.Faults,
                "everything was sent, but a connection to a node broke on the way; if a master failed over then, it may lack some of it: import once more with --replace to be sure");
        }
    }

    public void Dispose() => _owners?.Dispose();

    private static async Task AllAsync(Task[] tasks, CancellationTokenSource end)
    {
        var open = tasks.ToList();
        while (open.Count > 0)
        {
            var ended = await Task.WhenAny(open).ConfigureAwait(false);
            open.Remove(ended);
            if (ended.IsFaulted)
            {
                // Its reason is the one that counts; the others only have to stop.
                await end.CancelAsync().ConfigureAwait(false);
                await Task.WhenAll(open).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await ended.ConfigureAwait(false);
        }
    }

    private async Task ListAsync(ChannelWriter<ReadOnlyMemory<byte>[]> groups, CancellationToken token)
    {
        var connection = await ConnectAsync(token).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        await foreach (var keys in new SourceConnection(connection).ScanAsync(token).ConfigureAwait(false))
        {
            foreach (var group in keys.Chunk(LargestGroup))
            {
                await groups.WriteAsync(group, token).ConfigureAwait(false);
            }
        }

        groups.Complete();
    }

    private async Task WorkAsync(ChannelReader<ReadOnlyMemory<byte>[]> groups, CancellationToken token)
    {
        var connection = await ConnectAsync(token).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var source = new SourceConnection(connection);
        var size = LargestGroup;
        await foreach (var keys in groups.ReadAllAsync(token).ConfigureAwait(false))
        {
            for (var i = 0; i < keys.Length;)
            {
                var group = keys[i..Math.Min(keys.Length, i + size)];
                i += group.Length;
                var bytes = await ImportAsync(source, group, token).ConfigureAwait(false);

                // What one group holds of values is in memory: large values make small groups.
                size = bytes > GroupBytes ? Math.Max(1, size / 2) : Math.Min(LargestGroup, size * 2);
            }
        }
    }

    private Task<RespConnection> ConnectAsync(CancellationToken token) =>
        RespConnection.ConnectAsync(step.Source.Host, step.Source.Port, step.SourceSettings.ToOptions(), token);

    private async Task<long> ImportAsync(SourceConnection source, ReadOnlyMemory<byte>[] keys, CancellationToken token)
    {
        var bytes = await TryImportAsync(source, keys, step.Replace, token).ConfigureAwait(false);
        if (bytes is not null)
        {
            return bytes.Value;
        }

        // Somebody writes to one of them: one by one only that one has to be read again. What this run copied before may be overwritten.
        long all = 0;
        foreach (var key in keys)
        {
            var tries = 0;
            while ((bytes = await TryImportAsync(source, [key], replace: true, token).ConfigureAwait(false)) is null && ++tries < MaxTries)
            {
                context.Progressed();
            }

            if (bytes is null)
            {
                Leave(key, "changed all the time; a copy is in the cluster");
            }

            all = Math.Max(all, bytes ?? 0);
        }

        return all;
    }

    // The bytes of the values; null when the source changed one of the keys before it could be deleted.
    private async Task<long?> TryImportAsync(SourceConnection source, ReadOnlyMemory<byte>[] keys, bool replace, CancellationToken token)
    {
        if (!step.Copy)
        {
            await source.WatchAsync(keys, token).ConfigureAwait(false);
        }

        var losses = _writer.Losses;
        var read = await source.ReadAsync(keys, token).ConfigureAwait(false);
        var writes = await Task.WhenAll(read.Where(key => key.Payload is not null).Select(async key => (Key: key, IsThere: await WriteAsync(key, replace, token).ConfigureAwait(false))))
            .ConfigureAwait(false);
        var there = writes.Where(write => write.IsThere).Select(write => write.Key.Key).ToList();
        if (!step.Copy)
        {
            await _writer.ConfirmAsync(there, token).ConfigureAwait(false);
            if (there.Count == 0 || _writer.Losses != losses)
            {
                // A master that was lost may not have what it acknowledged: then nothing is deleted, and all is written again.
                await source.UnwatchAsync(token).ConfigureAwait(false);
                if (there.Count > 0)
                {
                    return null;
                }
            }
            else if (!await source.DeleteAsync(there, token).ConfigureAwait(false))
            {
                return null;
            }
        }

        foreach (var write in writes.Where(write => !write.IsThere))
        {
            Leave(write.Key.Key, "is in the cluster already with another value (--replace overwrites it)");
        }

        Tell(there.Count);
        return read.Sum(key => (long)(key.Payload?.Length ?? 0));
    }

    // Whether the cluster has the key with this value now.
    private async Task<bool> WriteAsync(SourceKey key, bool replace, CancellationToken token)
    {
        var payload = key.Payload!.Value;
        if (await _writer.WriteAsync(new(key.Key, payload) { Expiry = key.TimeToLive }, replace, token).ConfigureAwait(false))
        {
            return true;
        }

        // An interrupted run leaves such keys behind: copied, not deleted yet. So does a key that was listed twice.
        var there = await _writer.SendAsync(key.Key, RespCommand.Of("DUMP", key.Key), token).ConfigureAwait(false);
        return there is { IsNull: false, IsError: false } && DumpPayload.SameValue(there.Bytes.Span, payload.Span);
    }

    private void Leave(ReadOnlyMemory<byte> key, string why)
    {
        lock (_left)
        {
            _leftCount++;
            if (_left.Count < Named)
            {
                _left.Add($"'{KeyWriter.Printable(key.Span)}' {why}");
            }
        }
    }

    private void Tell(int count)
    {
        var done = Interlocked.Add(ref _done, count);
        var last = Volatile.Read(ref _lastTold);
        if (context.Time.GetElapsedTime(last) >= TellEvery && Interlocked.CompareExchange(ref _lastTold, context.Time.GetTimestamp(), last) == last)
        {
            context.Log.Report(step.Copy ? "copied" : "moved", work: new(Math.Min(done, step.KeyCount), step.KeyCount, "keys"));
        }
    }
}
