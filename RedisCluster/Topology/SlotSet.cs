using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text.Json.Serialization;

namespace RedisCluster.Topology;

/// <summary>Any of the 16384 slots: an immutable set of bits with the arithmetic of sets. Enumerates in ascending order.</summary>
[JsonConverter(typeof(ParsableJsonConverter<SlotSet>))]
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "A set of slots is called a slot set.")]
public sealed class SlotSet : IEquatable<SlotSet>, IParsable<SlotSet>, IEnumerable<int>
{
    private const int Words = HashSlot.Count / 64;

    private readonly ulong[] _bits;

    private SlotSet(ulong[] bits)
    {
        _bits = bits;
        var count = 0;
        foreach (var word in bits)
        {
            count += BitOperations.PopCount(word);
        }

        Count = count;
    }

    /// <summary>No slot.</summary>
    public static SlotSet Empty { get; } = new(new ulong[Words]);

    /// <summary>All 16384 slots.</summary>
    public static SlotSet All { get; } = Of(new SlotRange(0, HashSlot.Count - 1));

    /// <summary>How many slots are in the set.</summary>
    public int Count { get; }

    /// <summary>Whether no slot is in the set.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>The set of all slots in the ranges, which may overlap.</summary>
    /// <param name="ranges">Any number of ranges in any order.</param>
    /// <returns>The set.</returns>
    public static SlotSet Of(params ReadOnlySpan<SlotRange> ranges)
    {
        var bits = new ulong[Words];
        foreach (var range in ranges)
        {
            Fill(bits, range);
        }

        return new SlotSet(bits);
    }

    /// <summary>The set of the given slots.</summary>
    /// <param name="slots">Slots between 0 and 16383, in any order.</param>
    /// <returns>The set.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A slot is out of range.</exception>
    public static SlotSet Of(IEnumerable<int> slots)
    {
        ArgumentNullException.ThrowIfNull(slots);
        var bits = new ulong[Words];
        foreach (var slot in slots)
        {
            Fill(bits, new SlotRange(slot, slot));
        }

        return new SlotSet(bits);
    }

    /// <summary>Whether the slot is in the set.</summary>
    /// <param name="slot">Any number; false outside 0 to 16383.</param>
    /// <returns>True when it is.</returns>
    public bool Contains(int slot) => (uint)slot < HashSlot.Count && (_bits[slot >> 6] >> (slot & 63) & 1) != 0;

    /// <summary>Slots that are in either set.</summary>
    public SlotSet Union(SlotSet other) => Combine(other, static (a, b) => a | b);

    /// <summary>Slots that are in both sets.</summary>
    public SlotSet Intersect(SlotSet other) => Combine(other, static (a, b) => a & b);

    /// <summary>Slots of this set that the other lacks.</summary>
    public SlotSet Except(SlotSet other) => Combine(other, static (a, b) => a & ~b);

    /// <summary>Slots this set lacks.</summary>
    public SlotSet Complement() => All.Except(this);

    /// <summary>Whether the sets share a slot.</summary>
    public bool Overlaps(SlotSet other)
    {
        for (var i = 0; i < Words; i++)
        {
            if ((_bits[i] & other._bits[i]) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether every slot of this set is in the other.</summary>
    public bool IsSubsetOf(SlotSet other)
    {
        for (var i = 0; i < Words; i++)
        {
            if ((_bits[i] & ~other._bits[i]) != 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The fewest ranges that make up the set, ascending.</summary>
    /// <returns>Ranges with at least one missing slot between any two.</returns>
    public IReadOnlyList<SlotRange> ToRanges()
    {
        var ranges = new List<SlotRange>();
        var slot = Next(0, present: true);
        while (slot < HashSlot.Count)
        {
            var end = Next(slot, present: false);
            ranges.Add(new SlotRange(slot, end - 1));
            slot = Next(end, present: true);
        }

        return ranges;
    }

    /// <summary>Reads ranges separated by commas or spaces, such as <c>0-5460,10000 12000-12010</c>. The empty text is the empty set.</summary>
    /// <param name="text">The text.</param>
    /// <param name="set">The set, or null.</param>
    /// <returns>False when a part is not a slot or a range of slots.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out SlotSet? set)
    {
        set = null;
        if (text is null)
        {
            return false;
        }

        var bits = new ulong[Words];
        foreach (var part in text.AsSpan().SplitAny(',', ' '))
        {
            var piece = text.AsSpan()[part];
            if (piece.IsEmpty)
            {
                continue;
            }

            if (!SlotRange.TryParse(piece, out var range))
            {
                return false;
            }

            Fill(bits, range);
        }

        set = new SlotSet(bits);
        return true;
    }

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out SlotSet result) =>
        TryParse(s, out result);

    /// <summary>Reads ranges separated by commas or spaces.</summary>
    /// <param name="text">The text; see <see cref="TryParse(string?, out SlotSet?)"/>.</param>
    /// <returns>The set.</returns>
    /// <exception cref="FormatException">A part is not a slot or a range of slots.</exception>
    public static SlotSet Parse(string text) =>
        TryParse(text, out var set) ? set : throw new FormatException($"'{text}' is not a list of slots such as 0-5460,10000.");

    /// <inheritdoc />
    public static SlotSet Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <summary>Ranges separated by commas, as redis-cli prints them between brackets.</summary>
    /// <returns>Such as <c>0-5460,10000</c>; empty for the empty set.</returns>
    public override string ToString() => string.Join(',', ToRanges());

    /// <inheritdoc />
    public bool Equals(SlotSet? other) => other is not null && Count == other.Count && _bits.AsSpan().SequenceEqual(other._bits);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as SlotSet);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var word in _bits)
        {
            hash.Add(word);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc />
    public IEnumerator<int> GetEnumerator()
    {
        for (var slot = Next(0, present: true); slot < HashSlot.Count; slot = Next(slot + 1, present: true))
        {
            yield return slot;
        }
    }

    /// <inheritdoc />
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static void Fill(ulong[] bits, SlotRange range)
    {
        for (var slot = range.First; slot <= range.Last;)
        {
            if ((slot & 63) == 0 && slot + 63 <= range.Last)
            {
                bits[slot >> 6] = ulong.MaxValue;
                slot += 64;
                continue;
            }

            bits[slot >> 6] |= 1UL << (slot & 63);
            slot++;
        }
    }

    private SlotSet Combine(SlotSet other, Func<ulong, ulong, ulong> operation)
    {
        var bits = new ulong[Words];
        for (var i = 0; i < Words; i++)
        {
            bits[i] = operation(_bits[i], other._bits[i]);
        }

        return new SlotSet(bits);
    }

    private int Next(int from, bool present)
    {
        while (from < HashSlot.Count)
        {
            var word = (present ? _bits[from >> 6] : ~_bits[from >> 6]) >> (from & 63);
            if (word != 0)
            {
                return from + BitOperations.TrailingZeroCount(word);
            }

            from = (from | 63) + 1;
        }

        return HashSlot.Count;
    }
}
