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
    // SET NX PX and the renewal at once: the answer is the holder from now on.
    private const string Take =
        "local h = redis.call('GET', KEYS[1]) "
        + "if h and h ~= ARGV[1] then return h end "
        + "redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) return ARGV[1]";

    private const string Give = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

    private readonly NodePool _pool = new(settings);
    private readonly ImmutableArray<LeaseKey> _keys =
        [new(KeyOf(name)), .. Enumerable.Range(2, 7).Select(i => new LeaseKey(string.Create(CultureInfo.InvariantCulture, $"{KeyOf(name)}:{i}")))];

    private DateTimeOffset? _openSince;
    private (NodeEndpoint Owner, LeaseKey Key)? _held;

    /// <summary>The key that is the lease of a cluster.</summary>
    /// <param name="name">The cluster's name.</param>
    public static string KeyOf(string name) => $"redis-cluster:reconciler:{name}";

    /// <inheritdoc />
    public async Task<LeaseStatus> HoldAsync(ClusterObservation observation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observation);
        var key = KeyFor(observation);
        if (OwnerOf(observation, key.Slot) is not { } owner)
        {
            return new(LeaseHolding.Unavailable, string.Create(CultureInfo.InvariantCulture, $"no master that answers owns the lease's slot {key.Slot}"));
        }

        try
        {
            var answer = await _pool.SendAsync(
                owner, RespCommand.Of("EVAL", Take, 1, key.Name, holder, (long)time.TotalMilliseconds), cancellationToken).ConfigureAwait(false);
            if (answer.AsText() is var held && held != holder)
            {
                return new(LeaseHolding.Others, held);
            }

            _held = (owner, key);
            return new(LeaseHolding.Mine, holder, time);
        }
        catch (RespException error)
        {
            return new(LeaseHolding.Unavailable, error.Message);
        }
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

    // Where a slot was left half way nobody can say who has its keys, and closing it takes the lease: another key stands in, which all
    // see alike, once whoever held the first one cannot hold it any more.
    private LeaseKey KeyFor(ClusterObservation observation)
    {
        var open = observation.Reachable
            .Where(node => node.View is not null)
            .SelectMany(node => node.View!.Myself.Migrating.Concat(node.View.Myself.Importing))
            .Select(slot => slot.Slot)
            .ToHashSet();
        if (!open.Contains(_keys[0].Slot))
        {
            _openSince = null;
            return _keys[0];
        }

        _openSince ??= observation.Time;
        return observation.Time - _openSince < time ? _keys[0] : _keys.FirstOrDefault(key => !open.Contains(key.Slot)) ?? _keys[0];
    }

    private static NodeEndpoint? OwnerOf(ClusterObservation observation, int slot) => observation.Reachable
        .Where(node => node.View is { Myself.IsMaster: true, Nodes.Length: > 1 } view && view.Myself.Slots.Contains(slot))
        .MaxBy(node => node.View!.Myself.ConfigEpoch)?.Endpoint;

    private sealed record LeaseKey(string Name)
    {
        public int Slot { get; } = HashSlot.Of(Name);
    }
}
