using System.Globalization;
using System.Security.Cryptography;
using NetBox.Tools.Cluster;
using RedisCluster.Topology;

namespace NetBox.Tools.Drills.Load;

/// <summary>Writers of netbox's own: so many for each shard, each with a key of its own in the shard's slots.</summary>
internal sealed class ClusterLoad : IDrillLoad
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LastAnswer = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    /// <summary>Of a key whose drill could not remove it; longer than any drill.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Enough for a pace to be seen before the fault.</summary>
    private const int FirstWrites = 20;

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _giveUp = new();
    private readonly TimeProvider _time;
    private readonly List<(string Shard, ShardWriter Writer)> _writers = [];
    private Task _running = Task.CompletedTask;

    /// <param name="scene">The shards.</param>
    /// <param name="request">How many writers, and how much confirmation.</param>
    /// <param name="target">How to log in.</param>
    /// <param name="time">The clock of the measurement.</param>
    public ClusterLoad(DrillScene scene, DrillRequest request, ClusterTarget target, TimeProvider time)
    {
        _time = time;
        var id = RandomNumberGenerator.GetHexString(8, lowercase: true);
        var patience = Patience(scene.NodeTimeout);
        foreach (var shard in scene.Shards)
        {
            var others = scene.Shards.Where(other => other != shard).Select(other => other.Master.Endpoint);
            foreach (var key in KeysFor(id, shard.Slots).Take(request.Writers))
            {
                var client = new ShardClient(shard.Master.Endpoint, [.. shard.Replicas.Select(replica => replica.Endpoint), .. others], target, patience);
                _writers.Add((shard.Master.Endpoint.ToClientString(), new ShardWriter(client, key, request.Replicas, patience, Lifetime + (request.Duration ?? TimeSpan.Zero), time)));
            }
        }
    }

    /// <summary>Long enough for a busy machine, and over well before a failover is.</summary>
    public static TimeSpan Patience(TimeSpan nodeTimeout) => TimeSpan.FromMilliseconds(Math.Clamp(nodeTimeout.TotalMilliseconds / 2, 250, 1000));

    /// <summary>Keys of one drill in these slots: <c>netbox:drill:{ID.N}</c>.</summary>
    public static IEnumerable<string> KeysFor(string id, SlotSet slots) => Enumerable.Range(0, int.MaxValue)
        .Select(n => string.Create(CultureInfo.InvariantCulture, $"netbox:drill:{{{id}.{n}}}"))
        .Where(key => slots.Contains(HashSlot.Of(key)));

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll(_writers.Select(entry => Task.Run(() => entry.Writer.RunAsync(_stop.Token, _giveUp.Token), CancellationToken.None)));
        var started = _time.GetTimestamp();
        while (_writers.FirstOrDefault(entry => entry.Writer.Log.Count < FirstWrites) is { Writer: not null } waiting)
        {
            if (_time.GetElapsedTime(started) > StartPatience)
            {
                var errors = waiting.Writer.Log.Read().Errors;
                throw new NetBoxException(
                    ExitCode.Faults, $"the shard of {waiting.Shard} takes no writes{(errors.Count == 0 ? "" : $" ({string.Join(", ", errors.Keys)})")}; nothing was done to the cluster");
            }

            await Task.Delay(Poll, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    public bool IsAcknowledgedSince(long since) => _writers.All(entry => entry.Writer.Log.LastAt > since);

    public async Task<IReadOnlyList<LoadResult>> EndAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _giveUp.CancelAfter(LastAnswer);
        await _running.ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LastAnswer);
        var counted = await Task.WhenAll(_writers.Select(entry => CountAsync(entry.Shard, entry.Writer, limit.Token))).ConfigureAwait(false);
        // One shard that does not answer must not leave the keys of the others behind, nor an interruption all of them.
        using var cleaning = new CancellationTokenSource(LastAnswer);
        await Task.WhenAll(_writers.Select(entry => entry.Writer.RemoveAsync(cleaning.Token))).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return [.. counted.GroupBy(result => result.Name).Select(Sum)];
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stop.IsCancellationRequested)
        {
            // Ended early: what was written is of no use to anybody.
            await EndAsync(CancellationToken.None).ConfigureAwait(false);
        }

        foreach (var (_, writer) in _writers)
        {
            await writer.DisposeAsync().ConfigureAwait(false);
        }

        _stop.Dispose();
        _giveUp.Dispose();
    }

    private static async Task<LoadResult> CountAsync(string shard, ShardWriter writer, CancellationToken cancellationToken)
    {
        var stored = await writer.ReadAsync(cancellationToken).ConfigureAwait(false);
        var log = writer.Log.Read();
        var (count, lost) = stored is { } bits ? Accounting.Compare(log.Acknowledged, bits.Span) : (default(long?), default(long?));
        return new(shard, log.Times, log.Acknowledged.Count, count, lost, log.Uncertain, log.Repeated, log.Errors);
    }

    private static LoadResult Sum(IGrouping<string, LoadResult> writers) => new(
        writers.Key,
        Gap.Merge(writers.Select(result => result.Times)),
        writers.Sum(result => result.Acknowledged),
        writers.Any(result => result.Stored is null) ? null : writers.Sum(result => result.Stored),
        writers.Any(result => result.Lost is null) ? null : writers.Sum(result => result.Lost),
        writers.Sum(result => result.Uncertain),
        writers.Sum(result => result.Repeated),
        writers.SelectMany(result => result.Errors).GroupBy(error => error.Key).ToDictionary(group => group.Key, group => group.Sum(error => error.Value), StringComparer.Ordinal));
}
