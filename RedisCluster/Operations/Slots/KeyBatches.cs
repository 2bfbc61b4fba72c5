namespace RedisCluster.Operations.Slots;

/// <summary>A key, and how much memory it takes.</summary>
/// <param name="Name">The key.</param>
/// <param name="Size">In bytes; 0 where it is not known.</param>
internal readonly record struct SlotKey(ReadOnlyMemory<byte> Name, long Size);

/// <summary>What goes into one MIGRATE, and which slots are under way at once.</summary>
internal static class KeyBatches
{
    /// <summary>A source serves nobody while it sends: so much passes in a few milliseconds.</summary>
    public const long MostBytes = 256 * 1024;

    /// <summary>Divides the keys of a slot, in their order, by count and by size; a key of the whole size and more is alone.</summary>
    public static IEnumerable<IReadOnlyList<SlotKey>> Divide(IEnumerable<SlotKey> keys, int mostKeys, long mostBytes)
    {
        var batch = new List<SlotKey>();
        var bytes = 0L;
        foreach (var key in keys)
        {
            if (batch.Count > 0 && (batch.Count == mostKeys || bytes + key.Size > mostBytes))
            {
                yield return batch;
                batch = [];
                bytes = 0;
            }

            batch.Add(key);
            bytes += key.Size;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    /// <summary>Divides slots, in their order, so that few are open at once where they hold keys, and many where they hold none.</summary>
    /// <param name="slots">Slots with the number of keys each.</param>
    /// <param name="mostSlots">Slots under way at once, 1 or more.</param>
    /// <param name="mostKeys">Keys under way at once, unless one slot has more.</param>
    public static IEnumerable<IReadOnlyList<int>> Divide(IEnumerable<(int Slot, long Keys)> slots, int mostSlots, long mostKeys)
    {
        var batch = new List<int>();
        var keys = 0L;
        foreach (var (slot, own) in slots)
        {
            if (batch.Count > 0 && (batch.Count == mostSlots || keys + own > mostKeys))
            {
                yield return batch;
                batch = [];
                keys = 0;
            }

            batch.Add(slot);
            keys += own;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}
