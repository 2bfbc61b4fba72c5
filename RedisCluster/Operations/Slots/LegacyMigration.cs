using System.Globalization;

namespace RedisCluster.Operations.Slots;

/// <summary>
/// Moves slots key by key, some at a time: open them at both ends, send their keys, give them to the target. Two groups are under way at once,
/// so that the source has keys to send while the other group is being opened or closed.
/// </summary>
internal sealed class LegacyMigration : IAsyncDisposable
{
    private const int Workers = 2;
    private const int MostSlots = 128;
    private const int EnoughKeys = 256;

    /// <summary>How long slots under way may take to be finished when the run is ended from outside.</summary>
    private static readonly TimeSpan FinishLimit = TimeSpan.FromSeconds(5);

    private readonly StepContext _context;
    private readonly Repeater _repeater;
    private readonly MoveRoute _route;
    private readonly SlotWork _work;
    private readonly AfterMoveStage? _afterStage;
    private readonly SlotFeed _feed;
    private readonly MigrateLanes _lanes;
    private readonly KeyMover _keys;
    private readonly SlotOpener _opener;
    private readonly SlotCloser _closer;

    public LegacyMigration(StepContext context, Repeater repeater, MoveRoute route, SlotWork work, SemaphoreSlim turns, AfterMoveStage? afterStage)
    {
        (_context, _repeater, _route, _work, _afterStage) = (context, repeater, route, work, afterStage);
        _feed = new(repeater, route);
        _lanes = new(context, route, turns);
        _keys = new(context, repeater, route, _lanes, work);
        _opener = new(repeater, route, afterStage);
        _closer = new(context, repeater, route, afterStage);
    }

    public async Task RunAsync(CancellationToken token)
    {
        // Ends what is under way; the other one only keeps further slots from being begun.
        using var finish = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _context.Time);
        using var begin = CancellationTokenSource.CreateLinkedTokenSource(token);
        using var bound = token.Register(() => finish.CancelAfter(FinishLimit));
        var feeding = _feed.FillAsync(begin.Token);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(begin, finish))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (finish.IsCancellationRequested && token.IsCancellationRequested)
        {
            _context.Log.Report(
                $"slots between {_route.Move.Source.ToClientString()} and {_route.Move.Target.ToClientString()} were left open",
                "they could not be finished in time; every key is served, and another run finishes them");
            token.ThrowIfCancellationRequested();
        }
        finally
        {
            await begin.CancelAsync().ConfigureAwait(false);
            await feeding.ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _lanes.DisposeAsync().ConfigureAwait(false);
        await _closer.DisposeAsync().ConfigureAwait(false);
    }

    private async Task WorkAsync(CancellationTokenSource begin, CancellationTokenSource finish)
    {
        try
        {
            while (await _feed.TakeAsync(MostSlots, EnoughKeys, begin.Token).ConfigureAwait(false) is { Count: > 0 } loads)
            {
                int[] slots = [.. loads.Select(load => load.Slot)];
                await _opener.OpenAsync(slots, finish.Token).ConfigureAwait(false);
                await DrainAsync(loads, finish.Token).ConfigureAwait(false);
                await _closer.CloseAsync(slots, finish.Token).ConfigureAwait(false);
                _work.SlotsMoved(slots.Length);
            }
        }
        catch (InjectedKillException)
        {
            await finish.CancelAsync().ConfigureAwait(false);
            throw;
        }
        catch
        {
            // Where one group failed, the other is finished, and no further one begun.
            finish.CancelAfter(FinishLimit);
            await begin.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    // A slot that is migrating gets no new keys: once it was seen empty it stays so. What came before it was opened is listed now.
    private async Task DrainAsync(IReadOnlyList<SlotLoad> loads, CancellationToken token)
    {
        var left = loads.Where(load => load.Keys.Count > 0).ToDictionary(load => load.Slot, load => load.Keys);
        int[] open = [.. loads.Select(load => load.Slot)];
        for (var round = 0; ; round++)
        {
            await Task.WhenAll(left.Select(slot => SendAsync(slot.Key, slot.Value, token))).ConfigureAwait(false);
            var before = left;
            left = await _feed.ListAsync(open, token).ConfigureAwait(false);
            if (left.Count == 0)
            {
                return;
            }

            if (round > 0 && left.All(slot => slot.Value.Count == before.GetValueOrDefault(slot.Key)?.Count && slot.Value.Count < SlotFeed.KeysListed))
            {
                // As many as were just sent: expired ones that the source has yet to drop.
                await _repeater.PauseAsync(round, string.Create(
                    CultureInfo.InvariantCulture, $"keys of slot {left.Keys.First()} stay at {_route.Move.Source.ToClientString()}"), token).ConfigureAwait(false);
            }

            open = [.. left.Keys];
        }
    }

    private Task SendAsync(int slot, IReadOnlyList<SlotKey> keys, CancellationToken token) =>
        Task.WhenAll(KeyBatches.Divide(keys, _route.Move.Tuning.Pipeline, KeyBatches.MostBytes).Select(async batch =>
        {
            await _keys.MoveAsync(slot, batch, _route.OpenAtStart.Contains(slot), token).ConfigureAwait(false);
            _afterStage?.Invoke(MoveStage.KeysMoved, slot);
        }));
}
