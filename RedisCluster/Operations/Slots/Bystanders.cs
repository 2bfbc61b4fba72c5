using System.Collections.Concurrent;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Slots;

/// <summary>
/// Tells the masters that have no part in a move who owns the slots now, so that they send clients right before gossip reaches them. Gossip
/// it is where one cannot be told.
/// </summary>
internal sealed class Bystanders(StepContext context, MoveRoute route) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentBag<NodeEndpoint> _silent = [];
    private readonly CancellationTokenSource _ended = new();
    private Task _told = Task.CompletedTask;

    /// <summary>Returns at once; what was told before is told first.</summary>
    public void Tell(IReadOnlyList<int> slots)
    {
        lock (_silent)
        {
            _told = TellAsync(_told, [.. slots.Select(slot => SlotCommands.Owner(slot, route.Move.TargetId))]);
        }
    }

    /// <summary>Waits a little for those who are being told.</summary>
    public async ValueTask DisposeAsync()
    {
        _ended.CancelAfter(Patience);
        await _told.ConfigureAwait(false);
        _ended.Dispose();
    }

    private async Task TellAsync(Task before, RespCommand[] commands)
    {
        await before.ConfigureAwait(false);
        await Task.WhenAll(route.Bystanders.Except(_silent).Select(node => TellAsync(node, commands))).ConfigureAwait(false);
    }

    private async Task TellAsync(NodeEndpoint node, RespCommand[] commands)
    {
        try
        {
            var connection = await context.Pool.GetAsync(node, _ended.Token).ConfigureAwait(false);
            await connection.TrySendAllAsync(commands, _ended.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RespException or OperationCanceledException)
        {
            _silent.Add(node);
        }
    }
}
