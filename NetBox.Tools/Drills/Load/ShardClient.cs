using System.Collections.Concurrent;
using NetBox.Tools.Cluster;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace NetBox.Tools.Drills.Load;

/// <summary>How one attempt ended: with answers, with an error, or with a redirection to follow.</summary>
/// <param name="Answers">What the node answered, one per command; null where it failed.</param>
/// <param name="Error">The kind of failure; null where there are answers or only a redirection.</param>
/// <param name="MayBeDone">Whether it may have been carried out all the same.</param>
internal readonly record struct Attempt(IReadOnlyList<RespValue>? Answers, string? Error, bool MayBeDone);

/// <summary>
/// Reaches the master of a shard, whoever that is at the moment, one attempt at a time: follows MOVED, and asks the shard's other nodes when
/// one does not answer. What is measured so is the cluster. A client library with a connection multiplexer has a policy of its own for
/// looking at the topology, reconnecting and keeping commands back, and its seconds would be reported as the cluster's.
/// </summary>
internal sealed class ShardClient : IAsyncDisposable
{
    private static readonly TimeSpan ProbePause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<NodeEndpoint, Task> _silent = new();
    private readonly Dictionary<NodeEndpoint, RespConnection> _connections = [];
    private readonly IReadOnlyList<NodeEndpoint> _candidates;
    private readonly RespConnectionOptions _options;
    private NodeEndpoint _current;
    private int _next;

    /// <param name="master">The shard's master.</param>
    /// <param name="others">Who may be it, or know it, when it does not answer; the likeliest first.</param>
    /// <param name="target">How to log in.</param>
    /// <param name="patience">How long an answer may take.</param>
    public ShardClient(NodeEndpoint master, IEnumerable<NodeEndpoint> others, ClusterTarget target, TimeSpan patience)
    {
        _current = Client(master);
        _candidates = [.. others.Select(Client), _current];
        _options = target.ConnectionOptions with { ConnectTimeout = patience, CommandTimeout = patience };
    }

    public async Task<Attempt> TryAsync(IReadOnlyList<RespCommand> commands, CancellationToken cancellationToken)
    {
        var node = _current;
        RespConnection connection;
        try
        {
            connection = await ConnectAsync(node, cancellationToken).ConfigureAwait(false);
        }
        catch (RespException)
        {
            Suspect(node);
            return new(null, "connection", MayBeDone: false);
        }

        try
        {
            var answers = await Task.WhenAll([.. commands.Select(command => connection.TrySendAsync(command, cancellationToken))]).ConfigureAwait(false);
            return answers.FirstOrDefault(answer => answer.IsError) is { } error ? Refused(node, error) : new(answers, null, MayBeDone: false);
        }
        catch (RespException exception)
        {
            await DropAsync(node).ConfigureAwait(false);
            Suspect(node);
            return new(null, exception is RespTimeoutException ? "timeout" : "connection", MayBeDone: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_silent.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var connection in _connections.Values)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        _closing.Dispose();
    }

    /// <summary>Where a redirection points: <c>MOVED 866 127.0.0.1:7104</c>; without a host it is the one that was asked.</summary>
    internal static NodeEndpoint? Redirection(NodeEndpoint asked, string error)
    {
        if (error.Split(' ') is not ["MOVED", _, var where])
        {
            return null;
        }

        var colon = where.LastIndexOf(':');
        return colon < 0 || !int.TryParse(where[(colon + 1)..], out var port) ? null
            : new NodeEndpoint(where[..colon].Trim('[', ']') is { Length: > 0 } host and not "?" ? host : asked.Host, port);
    }

    private Attempt Refused(NodeEndpoint node, RespValue error)
    {
        if (Redirection(node, error.AsText()) is { } to)
        {
            if (to != node && !_silent.ContainsKey(to))
            {
                _current = to;
                return default;
            }

            Turn();
            return new(null, "no-master", MayBeDone: false);
        }

        Turn();
        return new(null, error.ErrorCode, MayBeDone: false);
    }

    private async Task<RespConnection> ConnectAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        if (_connections.TryGetValue(node, out var known))
        {
            if (known.Fault is null)
            {
                return known;
            }

            await DropAsync(node).ConfigureAwait(false);
        }

        return _connections[node] = await RespConnection.ConnectAsync(node.Host, node.Port, _options, cancellationToken).ConfigureAwait(false);
    }

    private async Task DropAsync(NodeEndpoint node)
    {
        if (_connections.Remove(node, out var connection))
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    // While it is silent nobody waits for it, however many nodes redirect there; whether it is back is found out beside.
    private void Suspect(NodeEndpoint node)
    {
        Turn();
        _silent.GetOrAdd(node, silent => Task.Run(() => AwaitAnswerAsync(silent), CancellationToken.None));
    }

    private void Turn()
    {
        for (var i = 0; i < _candidates.Count; i++)
        {
            var candidate = _candidates[_next++ % _candidates.Count];
            if (!_silent.ContainsKey(candidate))
            {
                _current = candidate;
                return;
            }
        }
    }

    private async Task AwaitAnswerAsync(NodeEndpoint node)
    {
        while (true)
        {
            await Task.Delay(ProbePause, _closing.Token).ConfigureAwait(false);
            try
            {
                var connection = await RespConnection.ConnectAsync(node.Host, node.Port, _options, _closing.Token).ConfigureAwait(false);
                await using var _ = connection.ConfigureAwait(false);
                await connection.TrySendAsync(RespCommand.Of("PING"), _closing.Token).ConfigureAwait(false);
                _silent.TryRemove(node, out var _);
                return;
            }
            catch (RespException)
            {
                // Not yet.
            }
        }
    }

    private static NodeEndpoint Client(NodeEndpoint node) => node with { BusPort = null };
}
