using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace RedisCluster.Protocol;

/// <summary>One word of a command: text (sent as UTF-8), bytes or a number.</summary>
public readonly struct RespArgument
{
    private readonly ReadOnlyMemory<byte> _bytes;

    private RespArgument(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    internal ReadOnlySpan<byte> Bytes => _bytes.Span;

    /// <summary>Text, sent as UTF-8.</summary>
    public static implicit operator RespArgument(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(Encoding.UTF8.GetBytes(value));
    }

    /// <summary>Bytes, sent as they are. They must not change until the command is made.</summary>
    public static implicit operator RespArgument(byte[] value) => new(value);

    /// <summary>Bytes, sent as they are. They must not change until the command is made.</summary>
    public static implicit operator RespArgument(ReadOnlyMemory<byte> value) => new(value);

    /// <summary>A whole number, sent in decimal.</summary>
    public static implicit operator RespArgument(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A whole number, sent in decimal.</summary>
    public static implicit operator RespArgument(int value) => (long)value;

    /// <summary>The argument as text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(_bytes.Span);
}

/// <summary>A command, encoded once and sent as often as wanted.</summary>
public sealed class RespCommand
{
    private RespCommand(string name, ReadOnlyMemory<byte> encoded, TimeSpan? timeout)
    {
        Name = name;
        Encoded = encoded;
        Timeout = timeout;
    }

    /// <summary>The first word, for messages. Arguments are left out: they may hold secrets.</summary>
    public string Name { get; }

    /// <summary>A time of its own, for commands that block on purpose; null means the connection's.</summary>
    public TimeSpan? Timeout { get; }

    internal ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>Makes a command of its words.</summary>
    /// <exception cref="ArgumentException">There is no word.</exception>
    public static RespCommand Of(params ReadOnlySpan<RespArgument> words)
    {
        if (words.IsEmpty)
        {
            throw new ArgumentException("A command has at least one word.", nameof(words));
        }

        var size = 16;
        foreach (var word in words)
        {
            size += word.Bytes.Length + 16;
        }

        var buffer = new ArrayBufferWriter<byte>(size);
        WriteHeader(buffer, (byte)'*', words.Length);
        foreach (var word in words)
        {
            WriteHeader(buffer, (byte)'$', word.Bytes.Length);
            buffer.Write(word.Bytes);
            buffer.Write("\r\n"u8);
        }

        return new(NameOf(words), buffer.WrittenMemory, null);
    }

    /// <summary>The same command with a time of its own; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> waits for ever.</summary>
    public RespCommand WithTimeout(TimeSpan timeout) => new(Name, Encoded, timeout);

    /// <summary>The command's name.</summary>
    public override string ToString() => Name;

    // CLUSTER MEET says more than CLUSTER; the second word of these is a sub-command, never data.
    private static string NameOf(ReadOnlySpan<RespArgument> words)
    {
        var name = words[0].ToString().ToUpperInvariant();
        return words.Length > 1 && name is ("CLUSTER" or "CONFIG" or "CLIENT" or "ACL")
            ? $"{name} {words[1].ToString().ToUpperInvariant()}"
            : name;
    }

    private static void WriteHeader(ArrayBufferWriter<byte> buffer, byte prefix, int count)
    {
        var span = buffer.GetSpan(16);
        span[0] = prefix;
        Utf8Formatter.TryFormat(count, span[1..], out var digits);
        span[digits + 1] = (byte)'\r';
        span[digits + 2] = (byte)'\n';
        buffer.Advance(digits + 3);
    }
}
