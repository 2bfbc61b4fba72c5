using System.Globalization;
using System.Text;
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
    private readonly int _slot = HashSlot.Of(Encoding.UTF8.GetBytes(KeyOf(name)));
    private NodeEndpoint? _heldAt;

    /// <summary>The key that is the lease of a cluster.</summary>
    /// <param name="name">The cluster's name.</param>
    public static string KeyOf(string name) => $"redis-cluster:reconciler:{name}";

    /// <inheritdoc />
    public async Task<LeaseStatus> HoldAsync(ClusterObservation observation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(observation);
        if (OwnerOf(observation) is not { } owner)
        {
            return new(LeaseHolding.Unavailable, string.Create(CultureInfo.InvariantCulture, $"no master that answers owns the lease's slot {_slot}"));
        }

        try
        {
            var answer = await _pool.SendAsync(
                owner, RespCommand.Of("EVAL", Take, 1, KeyOf(name), holder, (long)time.TotalMilliseconds), cancellationToken).ConfigureAwait(false);
            if (answer.AsText() is var held && held != holder)
            {
                return new(LeaseHolding.Others, held);
            }

            _heldAt = owner;
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
        if (_heldAt is not { } owner)
        {
            return;
        }

        _heldAt = null;
        try
        {
            await _pool.SendAsync(owner, RespCommand.Of("EVAL", Give, 1, KeyOf(name), holder), cancellationToken).ConfigureAwait(false);
        }
        catch (RespException)
        {
            // It expires.
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private NodeEndpoint? OwnerOf(ClusterObservation observation) => observation.Reachable
        .Where(node => node.View is { Myself.IsMaster: true, Nodes.Length: > 1 } view && view.Myself.Slots.Contains(_slot))
        .MaxBy(node => node.View!.Myself.ConfigEpoch)?.Endpoint;
}
