using System.Globalization;
using RedisCluster.Operations.Backup.Rdb;
using RedisCluster.Planning;

namespace RedisCluster.Operations.Backup;

/// <summary>Loads a backup: several files at once, each read from front to back, every key sent to its owner as soon as it is read.</summary>
internal sealed class RestoreRun(StepContext context, RestoreBackup step) : IDisposable
{
    private const int FilesAtOnce = 8;
    private const int MaxKeysInFlight = 2000;

    /// <summary>Of all files together: a large value is in memory several times on its way, and eight at once would be many.</summary>
    private const long MaxBytesInFlight = 32 * 1024 * 1024;

    private static readonly TimeSpan TellEvery = TimeSpan.FromMilliseconds(200);

    private readonly BackupFolder _folder = new(step.Folder);
    private readonly ByteWindow _window = new(MaxBytesInFlight, MaxKeysInFlight);
    private readonly long _total = Math.Max(1, step.Files.Sum(file => file.Bytes));
    private readonly FunctionLoader _functions = new(context, step.Masters, step.Existing == ExistingKeys.Replace);
    private long _bytes;
    private long _written;
    private long _kept;
    private long _moduleNotes;
    private long _lastTold;

    /// <exception cref="ClusterException">A file cannot be read, or a node does not take what is in it.</exception>
    public async Task RunAsync(CancellationToken token)
    {
        using var owners = new SlotOwners(
            context.Pool, await ClusterObserver.ObserveAsync(context.Pool, step.Masters, discover: true, token).ConfigureAwait(false));
        var writer = new KeyWriter(context, owners);
        await Parallel.ForEachAsync(
            step.Files,
            new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = token },
            (file, cancellation) => RestoreAsync(file, writer, cancellation)).ConfigureAwait(false);
        var kept = _kept == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {_kept} were there already and stay as they are");
        context.Log.Report(string.Create(CultureInfo.InvariantCulture, $"{_written} keys restored{kept}; {_functions.Loaded} libraries of functions"));
        if (_moduleNotes > 0)
        {
            context.Log.Report("warning: modules keep data of their own in the backup, outside of keys, which no command restores");
        }

        if (writer.Losses > 0)
        {
            throw new ClusterException(
                ClusterFault.Faults,
                "everything was sent, but a connection to a node broke on the way; if a master failed over then, it may lack some of it: "
                + "restore once more with --replace to be sure");
        }
    }

    public void Dispose() => _functions.Dispose();

    private async ValueTask RestoreAsync(BackupFile file, KeyWriter writer, CancellationToken token)
    {
        var stream = _folder.OpenRead(file.Name);
        await using var _ = stream.ConfigureAwait(false);
        var inFlight = new InFlight(_window);
        try
        {
            var reader = new RdbReader(stream, file.Bytes);
            var counted = 0L;
            foreach (var record in reader.ReadAll())
            {
                token.ThrowIfCancellationRequested();
                await RestoreAsync(file, record, writer, inFlight, token).ConfigureAwait(false);
                Tell(file, reader.Offset - counted);
                counted = reader.Offset;
            }

            await inFlight.DrainAsync().ConfigureAwait(false);
            Tell(file, file.Bytes - counted);
        }
        catch (RdbFormatException error)
        {
            throw new ClusterException(ClusterFault.Faults, $"{file.Name} cannot be read on: {error.Message}", error);
        }
        catch (IOException error)
        {
            throw new ClusterException(ClusterFault.Faults, $"{file.Name} cannot be read on: {error.Message}", error);
        }
        finally
        {
            await inFlight.AbandonAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask RestoreAsync(BackupFile file, RdbRecord record, KeyWriter writer, InFlight inFlight, CancellationToken token)
    {
        switch (record)
        {
            case RdbKey { Database: not 0 } key:
                throw new ClusterException(
                    ClusterFault.Faults, $"{file.Name} holds keys in database {key.Database}, such as '{KeyWriter.Printable(key.Key.Span)}': only database 0 can be restored");
            case RdbKey key:
                await inFlight.AddAsync(key.Value.Length + key.Key.Length, () => WriteAsync(key, writer, token), token).ConfigureAwait(false);
                if (key.Value.Length > MaxBytesInFlight)
                {
                    // The next one may be as large: it is read when this one has gone.
                    await inFlight.DrainAsync().ConfigureAwait(false);
                }

                break;
            case RdbFunction function:
                await _functions.LoadAsync(function.Code, token).ConfigureAwait(false);
                break;
            case RdbModuleAux:
                Interlocked.Increment(ref _moduleNotes);
                break;
        }
    }

    private async Task WriteAsync(RdbKey key, KeyWriter writer, CancellationToken token)
    {
        // What has expired since is sent as well: the clock of the node decides, which then makes no key of it.
        var write = new KeyToWrite(key.Key, key.ToPayload())
        {
            Expiry = Math.Max(key.ExpiresAt ?? 0, 0),
            IsAbsolute = true,
            IdleSeconds = key.IdleSeconds,
            Frequency = key.Frequency,
        };
        Interlocked.Increment(ref await writer.WriteAsync(write, step.Existing == ExistingKeys.Replace, token).ConfigureAwait(false) ? ref _written : ref _kept);
    }

    private void Tell(BackupFile file, long bytes)
    {
        var done = Interlocked.Add(ref _bytes, bytes);
        var last = Volatile.Read(ref _lastTold);
        if ((context.Time.GetElapsedTime(last) >= TellEvery || done == _total)
            && Interlocked.CompareExchange(ref _lastTold, context.Time.GetTimestamp(), last) == last)
        {
            context.Log.Report(file.Name, work: new(Math.Min(done, _total), _total, "bytes"));
        }
    }
}
