using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Slots;

/// <summary>What has just been done to some slots of a move.</summary>
internal enum MoveStage
{
    /// <summary>The target is importing them.</summary>
    Importing,

    /// <summary>The source is migrating them.</summary>
    Migrating,

    /// <summary>Some of a slot's keys arrived.</summary>
    KeysMoved,

    /// <summary>The target owns them.</summary>
    TargetOwns,

    /// <summary>The source knows that.</summary>
    SourceKnows,
}

/// <summary>Called after each stage with one of its slots; throwing <see cref="InjectedKillException"/> ends the move as SIGKILL would.</summary>
internal delegate void AfterMoveStage(MoveStage stage, int slot);

/// <summary>Moves slots: by the servers themselves where both shards can, else key by key.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A semaphore nobody takes a wait handle of holds nothing.")]
internal sealed class SlotMover(StepContext context, SlotWork work, AfterMoveStage? afterStage = null)
{
    /// <summary>Pairs of nodes that exchange slots at once.</summary>
    private const int MostMoves = 16;

    /// <summary>MIGRATEs under way at one source: one that it does, and what it does next. Clients wait for all of them at worst.</summary>
    private const int TurnsOfSource = 3;

    private readonly Directions _directions = new();
    private readonly SemaphoreSlim _moves = new(MostMoves, MostMoves);
    private readonly ConcurrentDictionary<NodeEndpoint, SemaphoreSlim> _turns = new();

    /// <summary>
    /// Returns when the source knows that all slots are the target's. When the token is cancelled, the slots under way are finished within a
    /// bound, and no others are begun.
    /// </summary>
    /// <exception cref="ClusterException">It cannot be done; nothing is lost, and another run goes on from here.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before all slots were moved.</exception>
    public async Task MoveAsync(MoveSlots move, CancellationToken token)
    {
        await _directions.EnterAsync(move, token).ConfigureAwait(false);
        await _moves.WaitAsync(token).ConfigureAwait(false);
        try
        {
            await MoveInTurnAsync(move, token).ConfigureAwait(false);
        }
        finally
        {
            _moves.Release();
        }

        _directions.Leave(move);
    }

    private async Task MoveInTurnAsync(MoveSlots move, CancellationToken token)
    {
        var repeater = new Repeater(context);
        var announcement = new RoleAnnouncement(repeater, move);
        var route = await MoveRoute.LookAsync(repeater, move, token).ConfigureAwait(false);
        if (route.Atomic is { } kind && !route.OpenAtStart.Overlaps(move.Slots))
        {
            AtomicMigration atomic = kind == ServerProduct.Redis
                ? new RedisAtomicMigration(context, repeater, move)
                : new ValkeyAtomicMigration(context, repeater, move);
            if (await atomic.TryRunAsync(token).ConfigureAwait(false))
            {
                work.SlotsMoved(move.Slots.Count);
                await announcement.MakeIfDemotedAsync(token).ConfigureAwait(false);
                return;
            }
        }

        route = await SettledAsync(route, repeater, announcement, token).ConfigureAwait(false);
        var turns = _turns.GetOrAdd(move.Source, _ => new(TurnsOfSource, TurnsOfSource));
        var legacy = new LegacyMigration(context, repeater, route, work, turns, afterStage);
        await using var _ = legacy.ConfigureAwait(false);
        await legacy.RunAsync(token).ConfigureAwait(false);
        await announcement.MakeIfDemotedAsync(token).ConfigureAwait(false);
    }

    // Until the target knows what epoch it has to surpass.
    private async Task<MoveRoute> SettledAsync(MoveRoute route, Repeater repeater, RoleAnnouncement announcement, CancellationToken token)
    {
        if (route.Unsettled is not null)
        {
            await announcement.MakeAsync(token).ConfigureAwait(false);
            await context.UntilAsync(
                async () => (route = await MoveRoute.LookAsync(repeater, route.Move, token).ConfigureAwait(false)).Unsettled, token).ConfigureAwait(false);
        }

        return route;
    }
}
