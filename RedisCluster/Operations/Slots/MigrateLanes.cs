using System.Collections.Concurrent;
using RedisCluster.Protocol;

namespace RedisCluster.Operations.Slots;

/// <summary>
/// Connections to the source for MIGRATE alone, which holds up whatever comes behind it. Each has one MIGRATE under way: clients get their
/// turn between two, and the next one is there when the source is ready for it.
/// </summary>
/// <param name="context">How to connect.</param>
/// <param name="route">To which source.</param>
/// <param name="turns">How many may be under way at the source, whatever their target.</param>
internal sealed class MigrateLanes(StepContext context, MoveRoute route, SemaphoreSlim turns) : IAsyncDisposable
{
    private readonly ConcurrentBag<RespConnection> _idle = [];

    /// <exception cref="RespException">No answer, or no connection: what became of the command is not known.</exception>
    public async Task<RespValue> SendAsync(RespCommand command, CancellationToken token)
    {
        await turns.WaitAsync(token).ConfigureAwait(false);
        RespConnection? connection = null;
        try
        {
            if (!_idle.TryTake(out connection))
            {
                var source = route.Move.Source;
                connection = await RespConnection.ConnectAsync(source.Host, source.Port, context.Settings.ToOptions(), token).ConfigureAwait(false);
            }

            return await connection.TrySendAsync(command, token).ConfigureAwait(false);
        }
        finally
        {
            if (connection is { Fault: null })
            {
                _idle.Add(connection);
            }
            else if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            turns.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_idle.TryTake(out var connection))
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }
}
