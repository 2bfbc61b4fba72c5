using System.Globalization;
using System.Numerics;
using System.Text;

namespace RedisCluster.Protocol;

/// <summary>The kinds of value RESP2 and RESP3 know.</summary>
public enum RespKind
{
    /// <summary>Null, in any of its spellings ("_", "$-1", "*-1").</summary>
    Null,

    /// <summary>A short line of text ("+").</summary>
    SimpleString,

    /// <summary>An error ("-" or "!").</summary>
    Error,

    /// <summary>A 64-bit whole number (":").</summary>
    Number,

    /// <summary>Bytes ("$").</summary>
    BulkString,

    /// <summary>Text with a format of three letters ("=").</summary>
    Verbatim,

    /// <summary>A floating-point number (",").</summary>
    Real,

    /// <summary>True or false ("#").</summary>
    Truth,

    /// <summary>A whole number of any size ("(").</summary>
    BigNumber,

    /// <summary>An ordered list ("*").</summary>
    Array,

    /// <summary>A list of pairs ("%").</summary>
    Map,

    /// <summary>An unordered list ("~").</summary>
    Set,

    /// <summary>A message nobody asked for ("&gt;").</summary>
    Push,
}

/// <summary>One value that a node sent: immutable, compared by content.</summary>
public sealed class RespValue : IEquatable<RespValue>
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly RespValue[] _items;
    private readonly long _number;

    private RespValue(RespKind kind, ReadOnlyMemory<byte> bytes = default, RespValue[]? items = null, long number = 0)
    {
        Kind = kind;
        _bytes = bytes;
        _items = items ?? [];
        _number = number;
    }

    /// <summary>The null value.</summary>
    public static RespValue Null { get; } = new(RespKind.Null);

    internal static RespValue Ok { get; } = SimpleString("OK");

    /// <summary>What kind of value it is.</summary>
    public RespKind Kind { get; }

    /// <summary>Whether it is null.</summary>
    public bool IsNull => Kind == RespKind.Null;

    /// <summary>Whether it is an error.</summary>
    public bool IsError => Kind == RespKind.Error;

    /// <summary>The members of an array, set or push, and of a map its keys and values in turn (as RESP2 sends a map); else empty.</summary>
    public IReadOnlyList<RespValue> Items => _items;

    /// <summary>The bytes of a string, error, verbatim text (without its format) or big number; else empty.</summary>
    public ReadOnlyMemory<byte> Bytes => Kind == RespKind.Verbatim ? _bytes[4..] : _bytes;

    /// <summary>The first word of an error, such as MOVED; null for anything else.</summary>
    public string? ErrorCode => IsError ? AsText().Split(' ', 2)[0] : null;

    /// <summary>The three letters that say what a verbatim text is (txt, mkd); null for anything else.</summary>
    public string? VerbatimFormat => Kind == RespKind.Verbatim ? Encoding.ASCII.GetString(_bytes.Span[..3]) : null;

    /// <summary>Makes a simple string.</summary>
    public static RespValue SimpleString(string text) => new(RespKind.SimpleString, Encoding.UTF8.GetBytes(text));

    /// <summary>Makes an error.</summary>
    public static RespValue Error(string text) => new(RespKind.Error, Encoding.UTF8.GetBytes(text));

    /// <summary>Makes a whole number.</summary>
    public static RespValue Number(long value) => new(RespKind.Number, number: value);

    /// <summary>Makes a bulk string of text.</summary>
    public static RespValue BulkString(string text) => new(RespKind.BulkString, Encoding.UTF8.GetBytes(text));

    /// <summary>Makes a bulk string of bytes, which must not change afterwards.</summary>
    public static RespValue BulkString(ReadOnlyMemory<byte> bytes) => new(RespKind.BulkString, bytes);

    /// <summary>Makes a floating-point number.</summary>
    public static RespValue Real(double value) => new(RespKind.Real, number: BitConverter.DoubleToInt64Bits(value));

    /// <summary>Makes true or false.</summary>
    public static RespValue Truth(bool value) => new(RespKind.Truth, number: value ? 1 : 0);

    /// <summary>Makes a whole number of any size.</summary>
    public static RespValue BigNumber(BigInteger value) =>
        new(RespKind.BigNumber, Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Makes an array.</summary>
    public static RespValue Array(params RespValue[] items) => new(RespKind.Array, items: items);

    /// <summary>Makes a map of its keys and values in turn.</summary>
    public static RespValue Map(params RespValue[] keysAndValues) => new(RespKind.Map, items: keysAndValues);

    /// <summary>Makes a set.</summary>
    public static RespValue Set(params RespValue[] items) => new(RespKind.Set, items: items);

    internal static RespValue OfBytes(RespKind kind, ReadOnlyMemory<byte> bytes) => new(kind, bytes);

    internal static RespValue OfItems(RespKind kind, RespValue[] items) => new(kind, items: items);

    /// <summary>The value as text; a number in decimal.</summary>
    /// <exception cref="InvalidOperationException">The value is null or holds other values.</exception>
    public string AsText() => Kind switch
    {
        RespKind.SimpleString or RespKind.Error or RespKind.BulkString or RespKind.BigNumber => Encoding.UTF8.GetString(_bytes.Span),
        RespKind.Verbatim => Encoding.UTF8.GetString(_bytes.Span[4..]),
        RespKind.Number => _number.ToString(CultureInfo.InvariantCulture),
        RespKind.Real => AsReal().ToString("R", CultureInfo.InvariantCulture),
        RespKind.Truth => _number == 0 ? "false" : "true",
        _ => throw NotA("text"),
    };

    /// <summary>The value as a whole number; text is read as decimal (RESP2 sends some numbers as text).</summary>
    /// <exception cref="InvalidOperationException">The value is no whole number of 64 bits.</exception>
    public long AsNumber() => Kind switch
    {
        RespKind.Number or RespKind.Truth => _number,
        RespKind.SimpleString or RespKind.BulkString or RespKind.Verbatim or RespKind.BigNumber
            when long.TryParse(AsText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) => value,
        _ => throw NotA("a whole number"),
    };

    /// <summary>The value as a floating-point number; text is read as such.</summary>
    /// <exception cref="InvalidOperationException">The value is no number.</exception>
    public double AsReal() => Kind switch
    {
        RespKind.Real => BitConverter.Int64BitsToDouble(_number),
        RespKind.Number => _number,
        RespKind.SimpleString or RespKind.BulkString or RespKind.Verbatim or RespKind.BigNumber
            when RespParser.TryParseReal(Bytes.Span, out var value) => value,
        _ => throw NotA("a number"),
    };

    /// <summary>The value as true or false; RESP2 sends 1 and 0.</summary>
    /// <exception cref="InvalidOperationException">The value is neither.</exception>
    public bool AsTruth() => Kind switch
    {
        RespKind.Truth => _number != 0,
        _ when AsNumber() is var number && number is 0 or 1 => number == 1,
        _ => throw NotA("true or false"),
    };

    /// <summary>The members of an array, set or push, or a map's keys and values in turn.</summary>
    /// <exception cref="InvalidOperationException">The value holds no others.</exception>
    public IReadOnlyList<RespValue> AsList() => Kind switch
    {
        RespKind.Array or RespKind.Set or RespKind.Push or RespKind.Map => _items,
        _ => throw NotA("a list"),
    };

    /// <summary>The pairs of a map, or of an array that stands for one (RESP2).</summary>
    /// <exception cref="InvalidOperationException">The value is no map, or an array of an odd length.</exception>
    public IEnumerable<KeyValuePair<RespValue, RespValue>> AsPairs()
    {
        if (Kind is not (RespKind.Map or RespKind.Array) || _items.Length % 2 != 0)
        {
            throw NotA("a map");
        }

        return Pairs();

        IEnumerable<KeyValuePair<RespValue, RespValue>> Pairs()
        {
            for (var i = 0; i < _items.Length; i += 2)
            {
                yield return new(_items[i], _items[i + 1]);
            }
        }
    }

    /// <summary>What a map holds under a key, compared as text with case; null where it holds nothing.</summary>
    /// <exception cref="InvalidOperationException">The value is no map.</exception>
    public RespValue? Find(string key)
    {
        foreach (var (name, value) in AsPairs())
        {
            if (name.Kind is not (RespKind.Array or RespKind.Map or RespKind.Set or RespKind.Null) && name.AsText() == key)
            {
                return value;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public bool Equals(RespValue? other) => other is not null
        && Kind == other.Kind && _number == other._number
        && _bytes.Span.SequenceEqual(other._bytes.Span) && _items.AsSpan().SequenceEqual(other._items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RespValue);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Kind);
        hash.Add(_number);
        hash.AddBytes(_bytes.Span);
        hash.Add(_items.Length);
        return hash.ToHashCode();
    }

    /// <summary>A short rendering for messages: long text and long lists are cut.</summary>
    public override string ToString() => Kind switch
    {
        RespKind.Null => "(null)",
        RespKind.Error => $"(error) {Shorten(AsText())}",
        RespKind.BulkString or RespKind.SimpleString or RespKind.Verbatim => $"\"{Shorten(AsText())}\"",
        RespKind.Array or RespKind.Map or RespKind.Set or RespKind.Push => $"({Kind} of {_items.Length})",
        _ => AsText(),
    };

    private InvalidOperationException NotA(string wanted) => new($"Expected {wanted}, but the node sent {this}.");

    private static string Shorten(string text) => text.Length <= 60 ? text : $"{text[..57]}...";
}
