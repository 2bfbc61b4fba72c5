using System.Globalization;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Slots;

/// <summary>Gives slots whose keys have all arrived to the target: it hears of it first, so that there is no moment without an owner.</summary>
internal sealed class SlotCloser(StepContext context, Repeater repeater, MoveRoute route, AfterMoveStage? afterStage) : IAsyncDisposable
{
    private static readonly RespCommand Multi = RespCommand.Of("MULTI");
    private static readonly RespCommand Exec = RespCommand.Of("EXEC");

    private readonly SemaphoreSlim _transaction = new(1, 1);
    private readonly Bystanders _bystanders = new(context, route);
    private RespConnection? _connection;

    public async Task CloseAsync(IReadOnlyList<int> slots, CancellationToken token)
    {
        var move = route.Move;
        if (!route.SetSlotIsImmediate || !await TryAllAtOnceAsync(slots, token).ConfigureAwait(false))
        {
            await TellAsync(move.Target, slots, _ => false, token).ConfigureAwait(false);
        }

        afterStage?.Invoke(MoveStage.TargetOwns, slots[0]);
        _bystanders.Tell(slots);

        // A master without its last slot becomes a replica of whoever got it, in the same moment.
        await TellAsync(move.Source, slots, answer => SlotOpener.Says(answer, "only with masters"), token).ConfigureAwait(false);
        afterStage?.Invoke(MoveStage.SourceKnows, slots[0]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
        }

        _transaction.Dispose();
        await _bystanders.DisposeAsync().ConfigureAwait(false);
    }

    private async Task TellAsync(NodeEndpoint node, IReadOnlyList<int> slots, Func<RespValue, bool> isFine, CancellationToken token)
    {
        var answers = await repeater.SendAsync(
            node, [.. slots.Select(slot => SlotCommands.Owner(slot, route.Move.TargetId))], Purpose(slots), token).ConfigureAwait(false);
        for (var i = 0; i < slots.Count; i++)
        {
            if (answers[i].IsError && !isFine(answers[i]))
            {
                throw SlotOpener.Refused(answers[i], node.ToClientString(), slots[i]);
            }
        }
    }

    // For each slot it was importing and now owns a node takes a new epoch and tells every other node its whole slot map. In one transaction
    // once is enough: those before the last are taken as if nothing was being imported, and the last one speaks for all.
    private async Task<bool> TryAllAtOnceAsync(IReadOnlyList<int> slots, CancellationToken token)
    {
        var (target, id) = (route.Move.Target, route.Move.TargetId);
        RespCommand[] commands =
        [
            Multi,
            .. slots.Take(slots.Count - 1).SelectMany(slot => new[] { SlotCommands.Stable(slot), SlotCommands.Owner(slot, id) }),
            SlotCommands.Owner(slots[^1], id),
            Exec,
        ];
        await _transaction.WaitAsync(token).ConfigureAwait(false);
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                string obstacle;
                try
                {
                    if (_connection is not { Fault: null })
                    {
                        _connection = await RespConnection.ConnectAsync(target.Host, target.Port, context.Settings.ToOptions(), token).ConfigureAwait(false);
                    }

                    var answers = await _connection.TrySendAllAsync(commands, token).ConfigureAwait(false);
                    if (answers[^1] is { IsError: false } done && done.AsList().All(answer => !answer.IsError))
                    {
                        return true;
                    }

                    if (!answers.Any(answer => Repeater.IsPassing(answer.ErrorCode)))
                    {
                        // One by one they say what is wrong with which.
                        return false;
                    }

                    obstacle = $"{target.ToClientString()}: {answers.First(answer => answer.IsError).AsText()}, while {Purpose(slots)}";
                }
                catch (RespAuthenticationException)
                {
                    throw;
                }
                catch (Exception error) when (error is RespConnectionException or RespTimeoutException)
                {
                    obstacle = $"{error.Message}, while {Purpose(slots)}";
                }

                await repeater.PauseAsync(attempt, obstacle, token).ConfigureAwait(false);
            }
        }
        finally
        {
            _transaction.Release();
        }
    }

    private string Purpose(IReadOnlyList<int> slots) => string.Create(
        CultureInfo.InvariantCulture, $"giving slot {slots[0]} and {slots.Count - 1} more to {route.Move.Target.ToClientString()}");
}
