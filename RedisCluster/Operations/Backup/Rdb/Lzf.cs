namespace RedisCluster.Operations.Backup.Rdb;

/// <summary>Unpacks LZF, the compression of strings in RDB: runs of literals, and references to what came before.</summary>
internal static class Lzf
{
    /// <summary>Unpacks into exactly the announced length.</summary>
    /// <exception cref="RdbFormatException">The bytes are no LZF of that length.</exception>
    public static byte[] Unpack(ReadOnlySpan<byte> packed, int length)
    {
        var output = new byte[length];
        var written = 0;
        var read = 0;
        while (read < packed.Length)
        {
            int control = packed[read++];
            if (control < 32)
            {
                var run = control + 1;
                if (run > packed.Length - read || run > length - written)
                {
                    throw Malformed();
                }

                packed.Slice(read, run).CopyTo(output.AsSpan(written));
                read += run;
                written += run;
                continue;
            }

            var count = control >> 5;
            if (count == 7)
            {
                count += read < packed.Length ? packed[read++] : throw Malformed();
            }

            count += 2;
            var back = ((control & 0x1F) << 8) + (read < packed.Length ? packed[read++] : throw Malformed()) + 1;
            if (back > written || count > length - written)
            {
                throw Malformed();
            }

            // One by one: a reference may reach into what it is just writing.
            for (; count > 0; count--, written++)
            {
                output[written] = output[written - back];
            }
        }

        return written == length ? output : throw Malformed();
    }

    private static RdbFormatException Malformed() => new("a compressed string does not unpack to its announced length");
}
