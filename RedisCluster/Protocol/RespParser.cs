using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace RedisCluster.Protocol;

/// <summary>
/// Reads RESP2 and RESP3 as it arrives, in pieces of any size; each byte is looked at once.
/// </summary>
/// <remarks>
/// Why not RESPite's RespReader: its frame scanner (3.4.35) bounds neither nesting nor lengths nor the length of a line (200 000 opening
/// "*1" and a million bytes without a line end are merely "incomplete"), it lets ":12a" and "#x" pass as frames, and all of it is
/// marked experimental (SER004). A connection that must fail on a malformed stream instead of buffering it needs the bounds while reading.
/// </remarks>
internal sealed class RespParser(RespLimits limits)
{
    // What a declared length may reserve before anything of it has arrived.
    private const int InitialReserve = 4096;

    private readonly Stack<Frame> _frames = new();
    private readonly ArrayBufferWriter<byte> _line = new(64);
    private byte[]? _bulk;
    private int _bulkLength;
    private int _bulkFilled;
    private RespKind _bulkKind;
    private int _elements;
    private State _state;

    private enum State
    {
        Line,
        Bulk,
        BulkEnd,
    }

    /// <summary>Whether nothing of an unfinished value has been read.</summary>
    public bool AtBoundary => _state == State.Line && _frames.Count == 0 && _line.WrittenCount == 0;

    /// <summary>Takes bytes off the input until a whole value is read (true) or the input is used up (false).</summary>
    /// <exception cref="RespProtocolException">The input is not RESP, or breaks the limits. The parser is of no use any more.</exception>
    public bool TryRead(ref ReadOnlySpan<byte> input, out RespValue value)
    {
        while (!input.IsEmpty)
        {
            var read = _state == State.Line ? ReadLine(ref input) : ReadBulk(ref input);
            if (read is not null && Complete(read) is { } whole)
            {
                value = whole;
                return true;
            }
        }

        value = RespValue.Null;
        return false;
    }

    internal static bool TryParseReal(ReadOnlySpan<byte> text, out double value)
    {
        value = text switch
        {
            _ when text.SequenceEqual("inf"u8) || text.SequenceEqual("+inf"u8) => double.PositiveInfinity,
            _ when text.SequenceEqual("-inf"u8) => double.NegativeInfinity,
            _ => double.NaN,
        };
        return !double.IsNaN(value) || text.SequenceEqual("nan"u8) || text.SequenceEqual("-nan"u8)
            || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private RespValue? ReadLine(ref ReadOnlySpan<byte> input)
    {
        var end = input.IndexOf((byte)'\n');
        var part = end < 0 ? input : input[..(end + 1)];
        if (_line.WrittenCount == 0 && !IsPrefix(part[0]))
        {
            throw Malformed($"a value cannot begin with byte 0x{part[0]:x2}");
        }

        if (_line.WrittenCount + part.Length > limits.MaxLineLength + 3)
        {
            throw Malformed($"a line is longer than {limits.MaxLineLength} bytes");
        }

        input = input[part.Length..];
        if (end < 0)
        {
            _line.Write(part);
            return null;
        }

        if (_line.WrittenCount == 0)
        {
            return Interpret(part);
        }

        _line.Write(part);
        var read = Interpret(_line.WrittenSpan);
        _line.ResetWrittenCount();
        return read;
    }

    private RespValue? Interpret(ReadOnlySpan<byte> line)
    {
        if (line.Length < 3 || line[^2] != '\r')
        {
            throw Malformed("a line does not end with CR LF");
        }

        if (++_elements > limits.MaxElements)
        {
            throw Malformed($"an answer holds more than {limits.MaxElements} values");
        }

        var body = line[1..^2];
        if (body.Contains((byte)'\r'))
        {
            throw Malformed("a CR stands inside a line");
        }

        return line[0] switch
        {
            (byte)'+' => body.SequenceEqual("OK"u8) ? RespValue.Ok : RespValue.OfBytes(RespKind.SimpleString, body.ToArray()),
            (byte)'-' => RespValue.OfBytes(RespKind.Error, body.ToArray()),
            (byte)':' => RespValue.Number(Whole(body)),
            (byte)'_' => body.IsEmpty ? RespValue.Null : throw Malformed("a null carries data"),
            (byte)'#' => body.SequenceEqual("t"u8) ? RespValue.Truth(true)
                : body.SequenceEqual("f"u8) ? RespValue.Truth(false) : throw Malformed("a boolean is neither t nor f"),
            (byte)',' => TryParseReal(body, out var real) ? RespValue.Real(real) : throw Malformed("a double is no number"),
            (byte)'(' => BigInteger.TryParse(Encoding.ASCII.GetString(body), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var big)
                ? RespValue.BigNumber(big) : throw Malformed("a big number is no number"),
            (byte)'$' => BeginBulk(RespKind.BulkString, Whole(body)),
            (byte)'!' => BeginBulk(RespKind.Error, Whole(body)),
            (byte)'=' => BeginBulk(RespKind.Verbatim, Whole(body)),
            (byte)'*' => BeginList(RespKind.Array, Whole(body)),
            (byte)'~' => BeginList(RespKind.Set, Whole(body)),
            (byte)'>' => BeginList(RespKind.Push, Whole(body)),
            (byte)'%' => BeginList(RespKind.Map, Whole(body)),
            _ => BeginList(null, Whole(body)),
        };
    }

    private static bool IsPrefix(byte first) => "+-:_#,($!=*~>%|"u8.Contains(first);

    private static long Whole(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long value, out var used) && used == text.Length && !text.IsEmpty
            ? value
            : throw Malformed("a number or length is no whole number of 64 bits");

    private RespValue? BeginBulk(RespKind kind, long length)
    {
        if (length == -1 && kind == RespKind.BulkString)
        {
            return RespValue.Null;
        }

        if (length < (kind == RespKind.Verbatim ? 4 : 0) || length > limits.MaxBulkLength)
        {
            throw Malformed($"a string of {length} bytes is announced, the limit is {limits.MaxBulkLength}");
        }

        _bulkKind = kind;
        _bulkLength = (int)length;
        _bulkFilled = 0;
        _bulk = length == 0 ? [] : new byte[Math.Min(_bulkLength, InitialReserve)];
        _state = length == 0 ? State.BulkEnd : State.Bulk;
        return null;
    }

    private RespValue? ReadBulk(ref ReadOnlySpan<byte> input)
    {
        if (_state == State.Bulk)
        {
            var take = Math.Min(input.Length, _bulkLength - _bulkFilled);
            if (_bulkFilled + take > _bulk!.Length)
            {
                // Grown by what arrived, not by what was announced.
                System.Array.Resize(ref _bulk, (int)Math.Min(_bulkLength, Math.Max(_bulkFilled + (long)take, _bulk.Length * 4L)));
            }

            input[..take].CopyTo(_bulk.AsSpan(_bulkFilled));
            _bulkFilled += take;
            input = input[take..];
            if (_bulkFilled < _bulkLength)
            {
                return null;
            }

            _state = State.BulkEnd;
        }

        while (!input.IsEmpty)
        {
            var expected = _bulkFilled == _bulkLength ? (byte)'\r' : (byte)'\n';
            if (input[0] != expected)
            {
                throw Malformed("a string is longer than announced");
            }

            input = input[1..];
            if (expected == '\n')
            {
                return EndBulk();
            }

            _bulkFilled++;
        }

        return null;
    }

    private RespValue EndBulk()
    {
        var bytes = _bulk!;
        _bulk = null;
        _state = State.Line;
        if (_bulkKind == RespKind.Verbatim && bytes[3] != ':')
        {
            throw Malformed("a verbatim string has no format of three letters");
        }

        return RespValue.OfBytes(_bulkKind, bytes);
    }

    // A kind of null means attributes: data about the value that follows, which nobody here asks for.
    private RespValue? BeginList(RespKind? kind, long count)
    {
        if (count == -1 && kind == RespKind.Array)
        {
            return RespValue.Null;
        }

        var items = kind is null or RespKind.Map ? count * 2 : count;
        if (count < 0 || count > limits.MaxElements || items > limits.MaxElements - _elements)
        {
            throw Malformed($"a list of {count} is announced, an answer may hold {limits.MaxElements} values");
        }

        if (_frames.Count >= limits.MaxDepth)
        {
            throw Malformed($"lists are nested deeper than {limits.MaxDepth}");
        }

        if (items == 0)
        {
            return kind is { } empty ? RespValue.OfItems(empty, []) : null;
        }

        _frames.Push(new(kind, (int)items, new List<RespValue>((int)Math.Min(items, InitialReserve / 8))));
        return null;
    }

    // Puts a finished value where it belongs; what it finishes in turn goes one level up. Returns the value when it is a whole answer.
    private RespValue? Complete(RespValue value)
    {
        while (_frames.TryPeek(out var frame))
        {
            frame.Items.Add(value);
            if (frame.Items.Count < frame.Count)
            {
                return null;
            }

            _frames.Pop();
            if (frame.Kind is not { } kind)
            {
                return null;
            }

            value = RespValue.OfItems(kind, [.. frame.Items]);
        }

        _elements = 0;
        return value;
    }

    private static RespProtocolException Malformed(string what) => new($"malformed answer: {what}");

    private readonly record struct Frame(RespKind? Kind, int Count, List<RespValue> Items);
}
