using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Fix;

/// <summary>
/// A connection for commands on keys of slots that a node is importing: each goes behind an ASKING, which counts for the next command of its
/// connection only, so that nothing else may come between.
/// </summary>
internal sealed class AskingLane(NodeEndpoint node, ClusterConnectionSettings settings) : IAsyncDisposable
{
    private static readonly RespCommand Asking = RespCommand.Of("ASKING");

    private readonly SemaphoreSlim _gate = new(1, 1);
    private RespConnection? _connection;

    /// <summary>The answers in the order of the commands, errors among them.</summary>
    /// <exception cref="RespException">No answer, or no connection.</exception>
    public async Task<RespValue[]> SendAsync(IEnumerable<RespCommand> commands, CancellationToken token)
    {
        await _gate.WaitAsync(token).ConfigureAwait(false);
        try
        {
            if (_connection is { Fault: not null } broken)
            {
                await broken.DisposeAsync().ConfigureAwait(false);
                _connection = null;
            }

            _connection ??= await RespConnection.ConnectAsync(node.Host, node.Port, settings.ToOptions(), token).ConfigureAwait(false);
            var answers = await _connection.TrySendAllAsync([.. commands.SelectMany(command => new[] { Asking, command })], token).ConfigureAwait(false);
            return [.. answers.Where((_, i) => i % 2 == 1)];
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
        }

        _gate.Dispose();
    }
}
