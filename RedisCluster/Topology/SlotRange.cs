using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace RedisCluster.Topology;

/// <summary>Consecutive hash slots, both ends included.</summary>
[JsonConverter(typeof(ParsableJsonConverter<SlotRange>))]
public readonly record struct SlotRange : IParsable<SlotRange>, IComparable<SlotRange>
{
    /// <summary>Slots from <paramref name="first"/> to <paramref name="last"/>.</summary>
    /// <param name="first">0 to 16383.</param>
    /// <param name="last">Not below <paramref name="first"/>, at most 16383.</param>
    /// <exception cref="ArgumentOutOfRangeException">The ends are out of range or in the wrong order.</exception>
    public SlotRange(int first, int last)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(last, HashSlot.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, last);
        First = first;
        Last = last;
    }

    /// <summary>The lowest slot.</summary>
    public int First { get; }

    /// <summary>The highest slot.</summary>
    public int Last { get; }

    /// <summary>How many slots these are, 1 to 16384.</summary>
    public int Count => Last - First + 1;

    /// <summary>Whether the slot is one of these.</summary>
    /// <param name="slot">Any number.</param>
    /// <returns>True between the ends, ends included.</returns>
    public bool Contains(int slot) => slot >= First && slot <= Last;

    /// <summary>Reads <c>5</c> or <c>0-5460</c>.</summary>
    /// <param name="text">The text, nothing around it.</param>
    /// <param name="range">The range, or the default.</param>
    /// <returns>False when the text is anything else.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out SlotRange range)
    {
        range = default;
        var dash = text.IndexOf('-');
        var head = dash < 0 ? text : text[..dash];
        var tail = dash < 0 ? text : text[(dash + 1)..];
        if (!TryParseSlot(head, out var first) || !TryParseSlot(tail, out var last) || first > last)
        {
            return false;
        }

        range = new SlotRange(first, last);
        return true;
    }

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SlotRange result) =>
        TryParse(s.AsSpan(), out result);

    /// <summary>Reads <c>5</c> or <c>0-5460</c>.</summary>
    /// <param name="text">The text, nothing around it.</param>
    /// <returns>The range.</returns>
    /// <exception cref="FormatException">The text is not a range of slots.</exception>
    public static SlotRange Parse(string text) =>
        TryParse(text.AsSpan(), out var range) ? range : throw new FormatException($"'{text}' is not a slot or a range of slots between 0 and 16383.");

    /// <inheritdoc />
    public static SlotRange Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <inheritdoc />
    public override string ToString() =>
        First == Last
            ? First.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");

    /// <inheritdoc />
    public int CompareTo(SlotRange other) => (First, Last).CompareTo((other.First, other.Last));

    /// <summary>Orders by the lowest slot, then by the highest.</summary>
    public static bool operator <(SlotRange left, SlotRange right) => left.CompareTo(right) < 0;

    /// <summary>Orders by the lowest slot, then by the highest.</summary>
    public static bool operator >(SlotRange left, SlotRange right) => left.CompareTo(right) > 0;

    /// <summary>Orders by the lowest slot, then by the highest.</summary>
    public static bool operator <=(SlotRange left, SlotRange right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by the lowest slot, then by the highest.</summary>
    public static bool operator >=(SlotRange left, SlotRange right) => left.CompareTo(right) >= 0;

    internal static bool TryParseSlot(ReadOnlySpan<char> text, out int slot) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out slot) && slot < HashSlot.Count;
}
