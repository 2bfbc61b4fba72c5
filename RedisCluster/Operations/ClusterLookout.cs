using System.Collections.Immutable;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>
/// Observes one cluster again and again: over the same connections, and from the nodes it has found by then, so that it goes on when the
/// seeds are gone. Not for several observations at once.
/// </summary>
/// <param name="seeds">Some nodes of the cluster, at least one.</param>
/// <param name="settings">How to reach its nodes.</param>
public sealed class ClusterLookout(IReadOnlyList<NodeEndpoint> seeds, ClusterConnectionSettings settings) : IAsyncDisposable
{
    private static readonly RespCommand Ping = RespCommand.Of("PING");

    private readonly NodePool _pool = new(settings);
    private readonly Dictionary<NodeId, NodeEndpoint> _found = [];
    private ImmutableArray<NodeEndpoint> _next = [.. seeds];

    /// <summary>Reads all nodes, those it finds through others as well. What does not answer is part of the observation, with the reason.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<ClusterObservation> LookAsync(CancellationToken cancellationToken = default)
    {
        var observation = await ClusterObserver.ObserveAsync(_pool, _next, discover: true, cancellationToken).ConfigureAwait(false);
        Remember(observation);
        return observation;
    }

    /// <summary>How long a PING takes, over the connection that is there.</summary>
    /// <param name="node">A node that answered the last look, as the observation names it.</param>
    /// <param name="time">What measures.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Null when there was no answer.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<TimeSpan?> PingAsync(NodeEndpoint node, TimeProvider time, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(time);
        try
        {
            var connection = await _pool.GetAsync(node, cancellationToken).ConfigureAwait(false);
            var start = time.GetTimestamp();
            await connection.SendAsync(Ping, cancellationToken).ConfigureAwait(false);
            return time.GetElapsedTime(start);
        }
        catch (RespException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    // A node is looked for where it last answered for as long as anyone lists it. With nobody left to ask, the seeds' names may lead on.
    private void Remember(ClusterObservation observation)
    {
        foreach (var node in observation.Reachable)
        {
            if (node.MyId is { } id)
            {
                _found[id] = node.Endpoint;
            }
        }

        var listed = observation.Reachable.SelectMany(node => node.View?.Nodes ?? []).Select(node => node.Id).ToHashSet();
        if (listed.Count == 0)
        {
            _next = [.. seeds.Concat(_found.Values).Distinct()];
            return;
        }

        foreach (var id in _found.Keys.Where(id => !listed.Contains(id)).ToList())
        {
            _found.Remove(id);
        }

        _next = [.. _found.Values];
    }
}
