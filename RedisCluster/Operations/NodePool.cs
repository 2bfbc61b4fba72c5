using System.Collections.Concurrent;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>One connection per node, made when first needed and made anew when it broke.</summary>
internal sealed class NodePool(ClusterConnectionSettings settings) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<NodeEndpoint, Slot> _slots = new();
    private readonly RespConnectionOptions _options = settings.ToOptions();

    /// <summary>Time to connect to one node.</summary>
    public TimeSpan ConnectTimeout => _options.ConnectTimeout;

    /// <summary>A working connection to the node.</summary>
    /// <exception cref="RespConnectionException">It cannot be made.</exception>
    public async Task<RespConnection> GetAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        var slot = _slots.GetOrAdd(node, _ => new Slot());
        if (slot.Connection is { Fault: null } ready)
        {
            return ready;
        }

        await slot.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (slot.Connection is { Fault: null } made)
            {
                return made;
            }

            if (slot.Connection is { } broken)
            {
                slot.Connection = null;
                await broken.DisposeAsync().ConfigureAwait(false);
            }

            return slot.Connection = await RespConnection.ConnectAsync(node.Host, node.Port, _options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    /// <summary>Sends a command to the node.</summary>
    public async Task<RespValue> SendAsync(NodeEndpoint node, RespCommand command, CancellationToken cancellationToken)
    {
        var connection = await GetAsync(node, cancellationToken).ConfigureAwait(false);
        return await connection.SendAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <see cref="SendAsync"/>, but an error the node answers with is returned as a value.</summary>
    public async Task<RespValue> SendAnyAsync(NodeEndpoint node, RespCommand command, CancellationToken cancellationToken)
    {
        var connection = await GetAsync(node, cancellationToken).ConfigureAwait(false);
        return await connection.TrySendAsync(command, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var slot in _slots.Values)
        {
            if (slot.Connection is { } connection)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            slot.Gate.Dispose();
        }
    }

    private sealed class Slot
    {
        private volatile RespConnection? _connection;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        public RespConnection? Connection
        {
            get => _connection;
            set => _connection = value;
        }
    }
}
