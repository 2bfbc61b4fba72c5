using System.Globalization;
using System.Threading.Channels;
using RedisCluster.Protocol;

namespace RedisCluster.Operations.Slots;

/// <summary>A slot and the keys it was seen to hold, or the first of them.</summary>
internal readonly record struct SlotLoad(int Slot, IReadOnlyList<SlotKey> Keys);

/// <summary>
/// Looks ahead: lists and sizes the keys of slots before these are opened, so that a slot is open for no longer than its keys take. An open
/// slot costs clients a redirection per call, and a client that follows only one may fail.
/// </summary>
internal sealed class SlotFeed(Repeater repeater, MoveRoute route)
{
    /// <summary>Keys listed at once; a slot with more is listed again when these have left.</summary>
    public const int KeysListed = 1024;

    private const int MostSlots = 128;
    private const int MostKeys = 2048;

    private readonly Channel<SlotLoad> _ready = Channel.CreateBounded<SlotLoad>(MostSlots);

    /// <summary>Lists all slots of the move, as fast as they are taken.</summary>
    public async Task FillAsync(CancellationToken token)
    {
        try
        {
            int[] slots = [.. route.Move.Slots];
            var counts = await repeater.SendAsync(route.Move.Source, [.. slots.Select(SlotCommands.Count)], "counting keys", token).ConfigureAwait(false);
            var counted = slots.Zip(counts, (slot, count) => (slot, count.IsError ? 0 : count.AsNumber()));
            foreach (var group in KeyBatches.Divide(counted, MostSlots, MostKeys))
            {
                var listed = await ListAsync(group, token).ConfigureAwait(false);
                foreach (var slot in group)
                {
                    await _ready.Writer.WriteAsync(new(slot, listed.GetValueOrDefault(slot) ?? []), token).ConfigureAwait(false);
                }
            }

            _ready.Writer.Complete();
        }
        catch (Exception error)
        {
            _ready.Writer.Complete(error);
        }
    }

    /// <summary>The next slots to be opened together: few where they hold keys, many where they hold none. Empty at the end.</summary>
    public async Task<IReadOnlyList<SlotLoad>> TakeAsync(int mostSlots, int enoughKeys, CancellationToken token)
    {
        var taken = new List<SlotLoad>();
        while (taken.Count == 0 && await _ready.Reader.WaitToReadAsync(token).ConfigureAwait(false))
        {
            for (var keys = 0; taken.Count < mostSlots && keys < enoughKeys && _ready.Reader.TryRead(out var load); keys += load.Keys.Count)
            {
                taken.Add(load);
            }
        }

        return taken;
    }

    /// <summary>The keys that the source holds of each slot, at most <see cref="KeysListed"/>; without slots that hold none.</summary>
    public async Task<Dictionary<int, IReadOnlyList<SlotKey>>> ListAsync(IReadOnlyList<int> slots, CancellationToken token)
    {
        var purpose = string.Create(CultureInfo.InvariantCulture, $"listing keys of slot {slots[0]}");
        var answers = await repeater.SendAsync(
            route.Move.Source, [.. slots.Select(slot => SlotCommands.Keys(slot, KeysListed))], purpose, token).ConfigureAwait(false);
        var refused = answers.Index().FirstOrDefault(answer => answer.Item.IsError);
        if (refused.Item is not null)
        {
            throw SlotOpener.Refused(refused.Item, route.Move.Source.ToClientString(), slots[refused.Index]);
        }

        var names = answers.SelectMany((answer, i) => answer.Items.Select(key => (Slot: slots[i], key.Bytes))).ToList();
        var sizes = await repeater.SendAsync(
            route.Move.Source, [.. names.Select(key => SlotCommands.Size(key.Bytes))], purpose, token).ConfigureAwait(false);

        // A node may keep MEMORY to itself, and a key may be gone by now.
        return names
            .Zip(sizes, (key, size) => (key.Slot, Key: new SlotKey(key.Bytes, size.Kind == RespKind.Number ? size.AsNumber() : 0)))
            .GroupBy(key => key.Slot, key => key.Key)
            .ToDictionary(keys => keys.Key, keys => (IReadOnlyList<SlotKey>)[.. keys]);
    }
}
