using System.Text;

namespace RedisCluster.Topology;

/// <summary>Which of the 16384 slots a key belongs to: CRC16 (XMODEM) of the key or of its hash tag, as the cluster specification defines it.</summary>
public static class HashSlot
{
    /// <summary>How many slots a cluster has.</summary>
    public const int Count = 16384;

    private static readonly ushort[] Table = BuildTable();

    /// <summary>The slot of a key, encoded as UTF-8.</summary>
    /// <param name="key">The key; when it has a non-empty part between its first <c>{</c> and the next <c>}</c>, only that part counts.</param>
    /// <returns>0 to 16383.</returns>
    public static int Of(string key) => Of(Encoding.UTF8.GetBytes(key));

    /// <summary>The slot of a key.</summary>
    /// <param name="key">The key's bytes; hash tags as in <see cref="Of(string)"/>.</param>
    /// <returns>0 to 16383.</returns>
    public static int Of(ReadOnlySpan<byte> key)
    {
        var open = key.IndexOf((byte)'{');
        if (open >= 0)
        {
            var close = key[(open + 1)..].IndexOf((byte)'}');
            if (close > 0)
            {
                key = key.Slice(open + 1, close);
            }
        }

        ushort crc = 0;
        foreach (var b in key)
        {
            crc = (ushort)((crc << 8) ^ Table[(crc >> 8) ^ b]);
        }

        return crc % Count;
    }

    private static ushort[] BuildTable()
    {
        const ushort Polynomial = 0x1021;
        var table = new ushort[256];
        for (var i = 0; i < table.Length; i++)
        {
            var crc = (ushort)(i << 8);
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (ushort)((crc & 0x8000) != 0 ? (crc << 1) ^ Polynomial : crc << 1);
            }

            table[i] = crc;
        }

        return table;
    }
}
