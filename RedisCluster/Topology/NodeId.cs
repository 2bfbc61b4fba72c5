using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace RedisCluster.Topology;

/// <summary>The name a node gives itself: 40 hexadecimal digits, kept for the life of its nodes.conf.</summary>
[JsonConverter(typeof(ParsableJsonConverter<NodeId>))]
public readonly record struct NodeId : IComparable<NodeId>, IParsable<NodeId>
{
    /// <summary>How many hexadecimal digits an id has.</summary>
    public const int Length = 40;

    private readonly ulong _high;
    private readonly ulong _middle;
    private readonly uint _low;

    private NodeId(ulong high, ulong middle, uint low)
    {
        _high = high;
        _middle = middle;
        _low = low;
    }

    /// <summary>Reads 40 hexadecimal digits of either case.</summary>
    /// <param name="text">The digits, nothing around them.</param>
    /// <param name="id">The id, or the default.</param>
    /// <returns>False when the text is anything else.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out NodeId id)
    {
        id = default;
        if (text.Length != Length
            || !TryParseHex(text[..16], out var high)
            || !TryParseHex(text[16..32], out var middle)
            || !TryParseHex(text[32..], out var low))
        {
            return false;
        }

        id = new NodeId(high, middle, (uint)low);
        return true;
    }

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out NodeId result) =>
        TryParse(s.AsSpan(), out result);

    /// <summary>Reads 40 hexadecimal digits.</summary>
    /// <param name="text">The digits, nothing around them.</param>
    /// <returns>The id.</returns>
    /// <exception cref="FormatException">The text is not an id.</exception>
    public static NodeId Parse(string text) =>
        TryParse(text.AsSpan(), out var id) ? id : throw new FormatException($"'{text}' is not a node id (40 hexadecimal digits).");

    /// <inheritdoc />
    public static NodeId Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <summary>The first eight digits, enough for a person to tell nodes apart.</summary>
    /// <returns>Eight hexadecimal digits.</returns>
    public string ToShortString() => $"{_high >> 32:x8}";

    /// <inheritdoc />
    public override string ToString() => $"{_high:x16}{_middle:x16}{_low:x8}";

    /// <inheritdoc />
    public int CompareTo(NodeId other) =>
        (_high, _middle, _low).CompareTo((other._high, other._middle, other._low));

    /// <summary>Orders by the text form.</summary>
    public static bool operator <(NodeId left, NodeId right) => left.CompareTo(right) < 0;

    /// <summary>Orders by the text form.</summary>
    public static bool operator >(NodeId left, NodeId right) => left.CompareTo(right) > 0;

    /// <summary>Orders by the text form.</summary>
    public static bool operator <=(NodeId left, NodeId right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by the text form.</summary>
    public static bool operator >=(NodeId left, NodeId right) => left.CompareTo(right) >= 0;

    private static bool TryParseHex(ReadOnlySpan<char> digits, out ulong value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit(digit))
            {
                return false;
            }

            value = (value << 4) | (uint)(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return true;
    }
}
