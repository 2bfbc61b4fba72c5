using System.Collections.Immutable;
using System.Globalization;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>
/// A lease that is a key of the cluster itself, with the holder as its value. It expires with the key; a failover of the key's shard may
/// lose it or give it to two for the time between two looks, which the plans bear: each of their steps can be done twice.
/// </summary>
/// <param name="settings">How to reach the nodes.</param>
/// <param name="name">The cluster's name; reconcilers of one cluster use the same.</param>
/// <param name="holder">Who asks: unique, and told to the others.</param>
/// <param name="time">How long the lease lasts unless it is renewed.</param>
public sealed class ClusterKeyLease(ClusterConnectionSettings settings, string name, string holder, TimeSpan time) : IReconcilerLease, IAsyncDisposable
{
    // SET NX PX and the renewal at once: the answer is the holder from now on. A full memory is no reason to leave a cluster unmended.
    private const string Take =
        "#!lua flags=allow-oom\n"
        + "local h = redis.call('GET', KEYS[1]) "
        + "if h and h ~= ARGV[1] then return h end "
        + "redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) return ARGV[1]";

    private const string Give = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

    private readonly NodePool _pool = new(settings);
    private readonly ImmutableArray<LeaseKey> _keys =
        [new(KeyOf(name)), .. Enumerable.Range(2, 7).Select(i => new LeaseKey(string.Create(CultureInfo.InvariantCulture, $"{KeyOf(name)}:{i}")))];

    private DateTimeOffset? _unusableSince;
    private (NodeEndpoint Owner, LeaseKey Key)? _held;

    /// <summary>The key that is the lease of a cluster.</summary>
    /// <param name="name">The cluster's name.</param>
    public static string KeyOf(string name) => $"redis-cluster:reconciler:{name}";

    /// <inheritdoc />
    public async Task<LeaseStatus> HoldAsync(ClusterObservation observation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observation);
        var open = OpenSlots(observation);
        LeaseStatus? last = null;
        foreach (var key in _keys)
        {
            var isOpen = open.Contains(key.Slot);
            if (!isOpen || !MayStandIn(observation))
            {
                (last, var isRefused) = await AskAsync(observation, key, cancellationToken).ConfigureAwait(false);
                if (!isOpen && !isRefused)
                {
                    _unusableSince = key == _keys[0] ? null : _unusableSince;
                    return last;
                }
            }

            _unusableSince ??= observation.Time;
            if (!MayStandIn(observation))
            {
                break;
            }
        }

        return last ?? (await AskAsync(observation, _keys[0], cancellationToken).ConfigureAwait(false)).Lease;
    }

    /// <inheritdoc />
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (_held is not { } held)
        {
            return;
        }

        _held = null;
        try
        {
            await _pool.SendAsync(held.Owner, RespCommand.Of("EVAL", Give, 1, held.Key.Name, holder), cancellationToken).ConfigureAwait(false);
        }
        catch (RespException)
        {
            // It expires.
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    // Where a slot was left half way nobody can say who has its keys, and an owner that takes no writes gives nobody the lease; mending either
    // takes the lease. Another key stands in, which all see alike, once whoever held the first one cannot hold it any more.
    private bool MayStandIn(ClusterObservation observation) => _unusableSince is { } since && observation.Time - since >= time;

    private async Task<(LeaseStatus Lease, bool IsRefused)> AskAsync(ClusterObservation observation, LeaseKey key, CancellationToken cancellationToken)
    {
        if (OwnerOf(observation, key.Slot) is not { } owner)
        {
            return (new(LeaseHolding.Unavailable, string.Create(CultureInfo.InvariantCulture, $"no master that answers owns the lease's slot {key.Slot}")), false);
        }

        var asked = TimeProvider.System.GetTimestamp();
        try
        {
            var answer = await _pool.SendAsync(
                owner, RespCommand.Of("EVAL", Take, 1, key.Name, holder, (long)time.TotalMilliseconds), cancellationToken).ConfigureAwait(false);
            if (answer.AsText() is var held && held != holder)
            {
                return (new(LeaseHolding.Others, held), false);
            }

            // Counted from before the request: whoever was stopped since then may have lost it meanwhile.
            _held = (owner, key);
            return time - TimeProvider.System.GetElapsedTime(asked) is { Ticks: > 0 } left
                ? (new(LeaseHolding.Mine, holder, left), false)
                : (new(LeaseHolding.Unavailable, "the answer came when the lease had run out again"), false);
        }
        catch (RespException error)
        {
            return (new(LeaseHolding.Unavailable, error.Message), error is RespServerException { Code: "NOREPLICAS" or "MISCONF" });
        }
    }

    private static HashSet<int> OpenSlots(ClusterObservation observation) => observation.Reachable
        .Where(node => node.View is not null)
        .SelectMany(node => node.View!.Myself.Migrating.Concat(node.View.Myself.Importing))
        .Select(slot => slot.Slot)
        .ToHashSet();

    private static NodeEndpoint? OwnerOf(ClusterObservation observation, int slot) => observation.Reachable
        .Where(node => node.View is { Myself.IsMaster: true, Nodes.Length: > 1 } view && view.Myself.Slots.Contains(slot))
        .MaxBy(node => node.View!.Myself.ConfigEpoch)?.Endpoint;

    private sealed record LeaseKey(string Name)
    {
        public int Slot { get; } = HashSlot.Of(Name);
    }
}
