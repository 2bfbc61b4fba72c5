using System.Buffers.Binary;

namespace RedisCluster.Operations.Backup.Rdb;

/// <summary>The checksum of RDB files and DUMP payloads: CRC-64 with the Jones polynomial, reflected, no initial value and no final one.</summary>
internal static class Crc64
{
    private const ulong ReflectedPolynomial = 0x95AC9329AC4BC9B5;

    private static readonly ulong[][] Tables = BuildTables();

    /// <summary>Carries a checksum on over more bytes; starts from 0.</summary>
    public static ulong Append(ulong crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 8)
        {
            var word = crc ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            crc = Tables[7][(byte)word]
                ^ Tables[6][(byte)(word >> 8)]
                ^ Tables[5][(byte)(word >> 16)]
                ^ Tables[4][(byte)(word >> 24)]
                ^ Tables[3][(byte)(word >> 32)]
                ^ Tables[2][(byte)(word >> 40)]
                ^ Tables[1][(byte)(word >> 48)]
                ^ Tables[0][(byte)(word >> 56)];
            bytes = bytes[8..];
        }

        foreach (var b in bytes)
        {
            crc = Tables[0][(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return crc;
    }

    // Table n is what a byte does to the checksum when n more bytes follow it: eight bytes at a time.
    private static ulong[][] BuildTables()
    {
        var tables = new ulong[8][];
        for (var n = 0; n < tables.Length; n++)
        {
            tables[n] = new ulong[256];
            for (var i = 0; i < 256; i++)
            {
                if (n > 0)
                {
                    var before = tables[n - 1][i];
                    tables[n][i] = tables[0][(byte)before] ^ (before >> 8);
                    continue;
                }

                var crc = (ulong)i;
                for (var bit = 0; bit < 8; bit++)
                {
                    crc = (crc & 1) != 0 ? (crc >> 1) ^ ReflectedPolynomial : crc >> 1;
                }

                tables[0][i] = crc;
            }
        }

        return tables;
    }
}
