using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Backup;

/// <summary>Takes a backup: snapshots of all shards at once, until they belong together; then the manifest.</summary>
internal sealed class BackupRun(StepContext context, TakeBackup step)
{
    private const int Attempts = 3;

    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(5);

    private readonly BackupFolder _folder = new(step.Folder);
    private long _received;
    private long _lastTold = context.Time.GetTimestamp();

    /// <exception cref="ClusterException">The slots kept changing hands, or the folder cannot be written.</exception>
    /// <exception cref="RespException">A node was lost, or refuses.</exception>
    public async Task RunAsync(CancellationToken token)
    {
        _folder.Begin();
        var sources = step.Shards;
        string? difference = null;
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (attempt > 1)
            {
                context.Log.Report("the snapshots are taken again", difference);
                sources = await SourcesAsync(token).ConfigureAwait(false);
                _folder.Begin();
            }

            var shards = await TakeAsync(sources, token).ConfigureAwait(false);
            var after = await ObserveAsync(token).ConfigureAwait(false);
            difference = BackupRules.Difference(sources, after);
            if (difference is null)
            {
                await SealAsync([.. shards.Select(shard => shard with { Server = Server(after, shard.Source) })], after, token).ConfigureAwait(false);
                return;
            }
        }

        throw new ClusterException(
            ClusterFault.Faults, $"the owners of slots changed during each of {Attempts} attempts, so no snapshots belong together: {difference}; try again when nothing is moved");
    }

    // Slots on their way arrive, masters come back: that is waited for as long as it gets on.
    private async Task<ImmutableArray<ShardSource>> SourcesAsync(CancellationToken token)
    {
        ClusterPlan? plan = null;
        await context.UntilAsync(
            async () =>
            {
                var observation = await ObserveAsync(token).ConfigureAwait(false);
                plan = BackupPlanner.Plan(observation, new(step.Folder, FolderContent.UnfinishedBackup, step.PreferReplicas));
                return plan.IsRefused ? plan.Refusals[0].Message : null;
            },
            token).ConfigureAwait(false);
        return ((TakeBackup)plan!.Steps.Single()).Shards;
    }

    private Task<ClusterObservation> ObserveAsync(CancellationToken token) =>
        ClusterObserver.ObserveAsync(context.Pool, [.. step.Shards.Select(shard => shard.Endpoint)], discover: true, token);

    private async Task<BackupShard[]> TakeAsync(ImmutableArray<ShardSource> sources, CancellationToken token)
    {
        // Once one has failed, what the others bring is of no use.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(token);
        var streams = new List<ReplicationStream>();
        try
        {
            // All are ready before the first one is asked: then they begin as nearly at the same time as their servers can.
            context.Obstacle = "the nodes did not take up the connections for their snapshots";
            streams.AddRange(await Task.WhenAll(sources.Select(
                shard => ReplicationStream.OpenAsync(shard.Source.Host, shard.Source.Port, context.Settings.ToOptions(), token))).ConfigureAwait(false));
            var waiting = sources.Select(shard => shard.Source.ToClientString()).ToHashSet();
            return await AllAsync([.. sources.Zip(streams, (shard, stream) => TakeOneAsync(shard, stream, waiting, end.Token))], end).ConfigureAwait(false);
        }
        finally
        {
            foreach (var stream in streams)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<BackupShard> TakeOneAsync(ShardSource shard, ReplicationStream stream, HashSet<string> waiting, CancellationToken token)
    {
        var name = shard.Source.ToClientString();
        Tell(waiting, null);
        var point = await stream.RequestAsync(token).ConfigureAwait(false);
        var takenAt = context.Time.GetUtcNow();
        Tell(waiting, name);
        context.Progressed();
        context.Log.Report(string.Create(CultureInfo.InvariantCulture, $"{name}: snapshot begun at offset {point.Offset}"), $"slots {shard.Slots}");
        var file = new SnapshotFile(_folder, shard.File);
        await using var _ = file.ConfigureAwait(false);
        await stream.CopyAsync(
            (bytes, cancellation) =>
            {
                Received(bytes.Length);
                return file.WriteAsync(bytes, cancellation);
            },
            context.Progressed,
            token).ConfigureAwait(false);
        var written = await file.FinishAsync(token).ConfigureAwait(false);
        context.Log.Report(string.Create(CultureInfo.InvariantCulture, $"{written.Name}: {written.Bytes} bytes saved"), $"from {name}");
        return new()
        {
            File = written,
            Master = shard.Master,
            Endpoint = shard.Endpoint,
            Source = shard.Source,
            Slots = shard.Slots,
            ConfigEpoch = shard.ConfigEpoch,
            ReplicationId = point.ReplicationId,
            Offset = point.Offset,
            TakenAt = takenAt,
        };
    }

    private async Task SealAsync(ImmutableArray<BackupShard> shards, ClusterObservation observation, CancellationToken token)
    {
        var nodes = await _folder.WriteAsync(
            BackupManifest.NodesFileName,
            JsonSerializer.SerializeToUtf8Bytes(BackupNodes.Of(observation), BackupJson.Default.ImmutableArrayBackupNode),
            token).ConfigureAwait(false);
        var manifest = new BackupManifest { Format = BackupManifest.CurrentFormat, CreatedAt = context.Time.GetUtcNow(), Shards = shards, Nodes = nodes };
        await _folder.WriteAsync(
            BackupManifest.FileName, JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest), token).ConfigureAwait(false);
        _folder.End();
        var spread = (shards.Max(shard => shard.TakenAt) - shards.Min(shard => shard.TakenAt)).TotalMilliseconds;
        context.Log.Report(
            string.Create(CultureInfo.InvariantCulture, $"{shards.Length} snapshots begun within {spread:0} ms, {shards.Sum(shard => shard.File.Bytes)} bytes"),
            "the owners of all slots were the same before and after");
    }

    private static async Task<BackupShard[]> AllAsync(Task<BackupShard>[] tasks, CancellationTokenSource end)
    {
        foreach (var task in tasks)
        {
            _ = task.ContinueWith(_ => end.CancelAsync(), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }

        try
        {
            return await Task.WhenAll(tasks).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (tasks.FirstOrDefault(task => task.IsFaulted) is { } cause)
        {
            await cause.ConfigureAwait(false);
            throw;
        }
    }

    private void Tell(HashSet<string> waiting, string? begun)
    {
        lock (waiting)
        {
            if (begun is not null)
            {
                waiting.Remove(begun);
            }

            context.Obstacle = waiting.Count > 0
                ? $"{Names.List(waiting)} did not begin a snapshot; a node does that only when no other background save or rewrite is running"
                : "the nodes stopped sending their snapshots";
        }
    }

    private void Received(int count)
    {
        var total = Interlocked.Add(ref _received, count);
        var last = Volatile.Read(ref _lastTold);
        if (context.Time.GetElapsedTime(last) >= TellEvery && Interlocked.CompareExchange(ref _lastTold, context.Time.GetTimestamp(), last) == last)
        {
            context.Log.Report(string.Create(CultureInfo.InvariantCulture, $"{total} bytes received"));
        }
    }

    private static string? Server(ClusterObservation observation, NodeEndpoint node) => observation.Find(node)?.Version?.ToString();
}
