using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace RedisCluster.Operations.Backup.Rdb;

/// <summary>Lengths and strings, of which everything else in an RDB file is made.</summary>
internal static class RdbPrimitives
{
    private const int Int8 = 0;
    private const int Int16 = 1;
    private const int Int32 = 2;
    private const int Compressed = 3;

    /// <summary>A length or number.</summary>
    /// <exception cref="RdbFormatException">A specially encoded string stands there, or nothing that is known.</exception>
    public static ulong ReadLength(this RdbInput input) =>
        ReadLengthOrEncoding(input, out var length) is null ? length : throw Unexpected(input, "a length");

    /// <summary>A length that counts things which each take at least one byte.</summary>
    public static long ReadCount(this RdbInput input) =>
        ReadLength(input) is var count and <= long.MaxValue ? (long)count : throw Unexpected(input, "a number of elements");

    /// <summary>Passes over a string in any of its encodings.</summary>
    public static void SkipString(this RdbInput input)
    {
        switch (ReadLengthOrEncoding(input, out var length))
        {
            case null:
                input.Skip((long)length);
                break;
            case Int8:
                input.Skip(1);
                break;
            case Int16:
                input.Skip(2);
                break;
            case Int32:
                input.Skip(4);
                break;
            case Compressed:
                var packed = (long)input.ReadLength();
                input.ReadLength();
                input.Skip(packed);
                break;
            default:
                throw Unexpected(input, "a string");
        }
    }

    /// <summary>A string in any of its encodings.</summary>
    public static byte[] ReadString(this RdbInput input)
    {
        switch (ReadLengthOrEncoding(input, out var length))
        {
            case null:
                return input.Read((long)length).ToArray();
            case Int8:
                return Decimal((sbyte)input.ReadByte());
            case Int16:
                return Decimal(BinaryPrimitives.ReadInt16LittleEndian(input.Read(2)));
            case Int32:
                return Decimal(BinaryPrimitives.ReadInt32LittleEndian(input.Read(4)));
            case Compressed:
                var packed = (long)input.ReadLength();
                var unpacked = input.ReadLength();
                // LZF shrinks to 1/88 at best: a longer announcement is a lie, and no reason to reserve memory.
                return unpacked <= int.MaxValue && (long)unpacked / 256 <= packed
                    ? Lzf.Unpack(input.Read(packed), (int)unpacked)
                    : throw Unexpected(input, "a compressed string");
            default:
                throw Unexpected(input, "a string");
        }
    }

    // Null for a plain length; else which special encoding follows.
    private static int? ReadLengthOrEncoding(RdbInput input, out ulong length)
    {
        length = 0;
        var first = input.ReadByte();
        switch (first >> 6)
        {
            case 0:
                length = (ulong)(first & 0x3F);
                return null;
            case 1:
                length = ((first & 0x3Fu) << 8) | input.ReadByte();
                return null;
            case 2:
                length = first switch
                {
                    0x80 => BinaryPrimitives.ReadUInt32BigEndian(input.Read(4)),
                    0x81 => BinaryPrimitives.ReadUInt64BigEndian(input.Read(8)),
                    _ => throw Unexpected(input, "a length"),
                };
                return null;
            default:
                return first & 0x3F;
        }
    }

    private static byte[] Decimal(int number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    private static RdbFormatException Unexpected(RdbInput input, string wanted) => new($"{wanted} was expected before byte {input.Offset}, something else is there");
}
