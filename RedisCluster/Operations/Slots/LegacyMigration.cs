using System.Collections.Concurrent;
using System.Globalization;
using RedisCluster.Protocol;

namespace RedisCluster.Operations.Slots;

/// <summary>
/// Moves slots key by key, in batches: open them at both ends, send their keys, give them to the target. Two batches are under way at once, so
/// that the source has keys to send while the other batch is being opened or closed.
/// </summary>
internal sealed class LegacyMigration : IAsyncDisposable
{
    private const int Workers = 2;
    private const int MostSlots = 128;
    private const int MostKeys = 2048;
    private const int KeysListed = 1024;

    /// <summary>How long slots under way may take to be finished when the run is ended from outside.</summary>
    private static readonly TimeSpan FinishLimit = TimeSpan.FromSeconds(5);

    private readonly StepContext _context;
    private readonly Repeater _repeater;
    private readonly MoveRoute _route;
    private readonly SlotWork _work;
    private readonly AfterMoveStage? _afterStage;
    private readonly MigrateLanes _lanes;
    private readonly KeyMover _keys;
    private readonly SlotOpener _opener;
    private readonly SlotCloser _closer;

    public LegacyMigration(StepContext context, Repeater repeater, MoveRoute route, SlotWork work, AfterMoveStage? afterStage)
    {
        (_context, _repeater, _route, _work, _afterStage) = (context, repeater, route, work, afterStage);
        _lanes = new(context, route);
        _keys = new(context, repeater, route, _lanes, work);
        _opener = new(repeater, route, afterStage);
        _closer = new(context, repeater, route, afterStage);
    }

    public async Task RunAsync(CancellationToken token)
    {
        int[] slots = [.. _route.Move.Slots];
        var counts = await _repeater.SendAsync(
            _route.Move.Source, [.. slots.Select(SlotCommands.Count)], "counting keys", token).ConfigureAwait(false);
        var batches = new ConcurrentQueue<IReadOnlyList<int>>(KeyBatches.Divide(
            slots.Zip(counts, (slot, count) => (slot, count.IsError ? 0 : count.AsNumber())), MostSlots, MostKeys));

        using var finish = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _context.Time);
        using var none = CancellationTokenSource.CreateLinkedTokenSource(token);
        using var bound = token.Register(() => finish.CancelAfter(FinishLimit));
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(batches, none, finish))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            _context.Log.Report($"slots between {Names()} were left open", "they could not be finished in time; every key is served, and another run finishes them");
            token.ThrowIfCancellationRequested();
        }

        if (!batches.IsEmpty)
        {
            token.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _lanes.DisposeAsync().ConfigureAwait(false);
        await _closer.DisposeAsync().ConfigureAwait(false);
    }

    private async Task WorkAsync(ConcurrentQueue<IReadOnlyList<int>> batches, CancellationTokenSource none, CancellationTokenSource finish)
    {
        try
        {
            while (!none.IsCancellationRequested && batches.TryDequeue(out var slots))
            {
                await _opener.OpenAsync(slots, finish.Token).ConfigureAwait(false);
                await DrainAsync(slots, finish.Token).ConfigureAwait(false);
                await _closer.CloseAsync(slots, finish.Token).ConfigureAwait(false);
                _work.SlotsMoved(slots.Count);
            }
        }
        catch (InjectedKillException)
        {
            await finish.CancelAsync().ConfigureAwait(false);
            throw;
        }
        catch
        {
            // Where one batch failed, the other is finished, and no further one begun.
            finish.CancelAfter(FinishLimit);
            await none.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    // A slot that is migrating gets no new keys: once it was seen empty it stays so.
    private async Task DrainAsync(IReadOnlyList<int> slots, CancellationToken token)
    {
        var open = slots;
        for (var round = 0; ; round++)
        {
            var listed = await ListAsync(open, token).ConfigureAwait(false);
            if (listed.Count == 0)
            {
                return;
            }

            if (round > 0 && listed.Values.Sum(keys => keys.Count) is var left && left < KeysListed)
            {
                // Keys that are there after they were sent: expired ones that the source has yet to drop.
                await _repeater.PauseAsync(round, string.Create(
                    CultureInfo.InvariantCulture, $"{left} keys of slot {listed.Keys.First()} stay at {_route.Move.Source.ToClientString()}"), token).ConfigureAwait(false);
            }

            await Task.WhenAll(listed.Select(slot => MoveAsync(slot.Key, slot.Value, token))).ConfigureAwait(false);
            open = [.. listed.Keys];
        }
    }

    private async Task<Dictionary<int, IReadOnlyList<ReadOnlyMemory<byte>>>> ListAsync(IReadOnlyList<int> slots, CancellationToken token)
    {
        var purpose = string.Create(CultureInfo.InvariantCulture, $"listing keys of slot {slots[0]}");
        var answers = await _repeater.SendAsync(
            _route.Move.Source, [.. slots.Select(slot => SlotCommands.Keys(slot, KeysListed))], purpose, token).ConfigureAwait(false);
        var listed = new Dictionary<int, IReadOnlyList<ReadOnlyMemory<byte>>>();
        for (var i = 0; i < slots.Count; i++)
        {
            if (answers[i].IsError)
            {
                throw SlotOpener.Refused(answers[i], _route.Move.Source.ToClientString(), slots[i]);
            }

            if (answers[i].Items.Count > 0)
            {
                listed.Add(slots[i], [.. answers[i].Items.Select(key => key.Bytes)]);
            }
        }

        return listed;
    }

    private async Task MoveAsync(int slot, IReadOnlyList<ReadOnlyMemory<byte>> names, CancellationToken token)
    {
        var sizes = await _repeater.SendAsync(
            _route.Move.Source, [.. names.Select(SlotCommands.Size)], string.Create(CultureInfo.InvariantCulture, $"sizing keys of slot {slot}"), token)
            .ConfigureAwait(false);
        var keys = names.Zip(sizes, (name, size) => new SlotKey(name, size.Kind == RespKind.Number ? size.AsNumber() : 0));
        await Task.WhenAll(KeyBatches.Divide(keys, _route.Move.Tuning.Pipeline, KeyBatches.MostBytes).Select(async batch =>
        {
            await _keys.MoveAsync(slot, batch, _route.OpenAtStart.Contains(slot), token).ConfigureAwait(false);
            _afterStage?.Invoke(MoveStage.KeysMoved, slot);
        })).ConfigureAwait(false);
    }

    private string Names() => $"{_route.Move.Source.ToClientString()} and {_route.Move.Target.ToClientString()}";
}
