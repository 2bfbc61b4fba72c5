using System.Buffers.Binary;
using System.Text;
using RedisCluster.Operations.Backup.Rdb;

namespace Unit.Operations.Backup;

/// <summary>Writes RDB files of random content, each value in any of the forms a server may choose.</summary>
internal sealed class RdbFile(Random random, RdbDialect dialect = RdbDialect.Redis)
{
    private readonly List<byte> _bytes = [];

    public static IReadOnlyList<byte> RedisTypes { get; } = [0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27];

    public static IReadOnlyList<byte> ValkeyTypes { get; } = [.. RedisTypes.Where(type => type <= 22)];

    public void Begin() => Raw(dialect == RdbDialect.Valkey ? "VALKEY080"u8 : "REDIS0012"u8);

    public byte[] End()
    {
        Raw(RdbOpcode.EndOfFile);
        Span<byte> checksum = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(checksum, Crc64.Append(0, _bytes.ToArray()));
        Raw(checksum);
        return _bytes.ToArray();
    }

    public void Raw(params ReadOnlySpan<byte> bytes) => _bytes.AddRange(bytes);

    /// <summary>What stands between keys and belongs to none.</summary>
    public void Noise()
    {
        switch (random.Next(6))
        {
            case 0:
                Raw(RdbOpcode.Aux);
                Text("redis-ver");
                Text("7.0.15");
                break;
            case 1:
                Raw(RdbOpcode.ResizeDb);
                Lengths(2);
                break;
            case 2:
                Raw(RdbOpcode.SlotInfo);
                Lengths(3);
                break;
            case 3:
                Raw(RdbOpcode.ModuleAux);
                Lengths(1);
                Length(2);
                Length(1);
                ModuleValues();
                break;
            case 4 when dialect == RdbDialect.Valkey:
                Raw(RdbOpcode.KeyMetaOrSlotImport);
                Text("job");
                Length(1);
                Lengths(2);
                break;
        }
    }

    /// <summary>A key and its value; returns what RESTORE has to be given, without version and checksum.</summary>
    public byte[] Key(byte[] key, byte type)
    {
        Raw(type);
        String(key);
        var start = _bytes.Count;
        Value(type);
        return [type, .. _bytes.Skip(start)];
    }

    public void Length(ulong length)
    {
        Span<byte> wide = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(wide, length);
        switch (random.Next(4))
        {
            case 0 when length < 64:
                Raw((byte)length);
                break;
            case 1 when length < 16384:
                Raw((byte)(0x40 | (length >> 8)), (byte)length);
                break;
            case 2 when length <= uint.MaxValue:
                Raw(0x80);
                Raw(wide[4..]);
                break;
            default:
                Raw(0x81);
                Raw(wide);
                break;
        }
    }

    public void String(byte[] content)
    {
        Length((ulong)content.Length);
        Raw(content);
    }

    private void Text(string text) => String(Encoding.UTF8.GetBytes(text));

    private void Value(byte type)
    {
        switch (type)
        {
            case 0 or 9 or 10 or 11 or 12 or 13 or 16 or 17 or 20 or 23:
                AnyString();
                break;
            case 1 or 2 or 14:
                Repeat(AnyString);
                break;
            case 3:
                Repeat(() =>
                {
                    AnyString();
                    TextDouble();
                });
                break;
            case 4:
                Repeat(AnyString, AnyString);
                break;
            case 5:
                Repeat(AnyString, () => Bytes(8));
                break;
            case 7:
                Lengths(1);
                ModuleValues();
                break;
            case 18:
                Repeat(() => Length((ulong)random.Next(1, 3)), AnyString);
                break;
            case 22 when dialect == RdbDialect.Valkey:
                Repeat(AnyString, AnyString, () => Bytes(8));
                break;
            case 22 or 24:
                Bytes(type == 24 ? 8 : 0);
                Repeat(() => Lengths(1), AnyString, AnyString);
                break;
            case 25:
                Bytes(8);
                AnyString();
                break;
            default:
                Stream(type);
                break;
        }
    }

    private void Stream(byte type)
    {
        Repeat(AnyString, AnyString);
        Lengths(type == 15 ? 3 : 8);
        Repeat(() =>
        {
            AnyString();
            Lengths(type == 15 ? 2 : 3);
            Repeat(() => Bytes(24), () => Lengths(1));
            Repeat(
                AnyString,
                () => Bytes(type >= 21 ? 16 : 8),
                () => Repeat(() => Bytes(16)));
            if (type == 27)
            {
                Repeat(() => Bytes(16));
            }
        });
        if (type >= 26)
        {
            Lengths(2);
            Repeat(AnyString, () => Repeat(AnyString, () => Lengths(2)));
            Lengths(2);
        }
    }

    private void ModuleValues()
    {
        for (var count = random.Next(4); count > 0; count--)
        {
            var kind = random.Next(1, 6);
            Length((ulong)kind);
            switch (kind)
            {
                case 3:
                    Bytes(4);
                    break;
                case 4:
                    Bytes(8);
                    break;
                case 5:
                    AnyString();
                    break;
                default:
                    Lengths(1);
                    break;
            }
        }

        Length(0);
    }

    // Plain, a number of 8, 16 or 32 bits, or compressed.
    private void AnyString()
    {
        switch (random.Next(5))
        {
            case 0:
                Raw(0xC0);
                Bytes(1);
                break;
            case 1:
                Raw(0xC1);
                Bytes(2);
                break;
            case 2:
                Raw(0xC2);
                Bytes(4);
                break;
            case 3:
                // One literal 'a', then a reference to it, 264 bytes long.
                Raw(0xC3);
                Length(5);
                Length(265);
                Raw(0, (byte)'a', 0xE0, 255, 0);
                break;
            default:
                var content = new byte[random.Next(10) == 0 ? random.Next(20_000) : random.Next(100)];
                random.NextBytes(content);
                String(content);
                break;
        }
    }

    private void TextDouble()
    {
        var length = random.Next(5) == 0 ? random.Next(253, 256) : random.Next(20);
        Raw((byte)length);
        Bytes(length < 253 ? length : 0);
    }

    private void Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        Raw(bytes);
    }

    private void Lengths(int count)
    {
        for (; count > 0; count--)
        {
            Length(random.Next(3) switch { 0 => (ulong)random.NextInt64(), 1 => ulong.MaxValue, _ => (ulong)random.Next(100) });
        }
    }

    private void Repeat(params Action[] writes)
    {
        var count = random.Next(4);
        Length((ulong)count);
        for (; count > 0; count--)
        {
            foreach (var write in writes)
            {
                write();
            }
        }
    }
}
