using System.Buffers.Binary;

namespace RedisCluster.Operations.Backup.Rdb;

/// <summary>The form in which DUMP gives a value and RESTORE takes it: the value as in an RDB file, the version (2 bytes), a checksum (8 bytes).</summary>
internal static class DumpPayload
{
    private const int TrailerLength = 10;

    /// <summary>Makes a payload.</summary>
    /// <param name="value">Type byte and value.</param>
    /// <param name="version">The version of the format that a server must know at least.</param>
    public static byte[] Make(ReadOnlySpan<byte> value, int version)
    {
        var payload = new byte[value.Length + TrailerLength];
        value.CopyTo(payload);
        BinaryPrimitives.WriteUInt16LittleEndian(payload.AsSpan(value.Length), (ushort)version);
        BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(value.Length + 2), Crc64.Append(0, payload.AsSpan(0, value.Length + 2)));
        return payload;
    }

    /// <summary>Whether two payloads hold the same value, whatever versions they name.</summary>
    public static bool SameValue(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) =>
        one.Length == other.Length && one.Length > TrailerLength && one[..^TrailerLength].SequenceEqual(other[..^TrailerLength]);
}
