using System.Buffers.Binary;
using System.Security.Cryptography;
using RedisCluster.Operations.Backup.Rdb;
using RedisCluster.Planning;

namespace RedisCluster.Operations.Backup;

/// <summary>Writes a snapshot to disk as it comes, and sums it up on the way: SHA-256 for the manifest, CRC-64 to know that it arrived whole.</summary>
internal sealed class SnapshotFile : IAsyncDisposable
{
    // The code that ends every RDB file, and the checksum of all up to there.
    private const int TailLength = 1 + sizeof(ulong);

    private readonly BackupFolder _folder;
    private readonly string _name;
    private readonly FileStream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _tail = [];
    private ulong _crc;
    private long _length;

    public SnapshotFile(BackupFolder folder, string name) => (_folder, _name, _stream) = (folder, name, folder.CreatePart(name));

    /// <summary>Bytes so far.</summary>
    public long Length => _length;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _hash.AppendData(bytes.Span);
        SumUp(bytes.Span);
        _length += bytes.Length;
        await _folder.GuardAsync(() => _stream.WriteAsync(bytes, cancellationToken).AsTask()).ConfigureAwait(false);
    }

    /// <summary>Checks the snapshot, brings it to the disk and gives it its name.</summary>
    /// <exception cref="ClusterException">It is damaged, or the disk fails.</exception>
    public async Task<BackupFile> FinishAsync(CancellationToken cancellationToken)
    {
        if (_tail is not [RdbOpcode.EndOfFile, .. { Length: sizeof(ulong) } checksum])
        {
            throw Damaged();
        }

        // 0 is what a server writes that was told not to compute any.
        var stored = BinaryPrimitives.ReadUInt64LittleEndian(checksum);
        if (stored != 0 && stored != Crc64.Append(_crc, [RdbOpcode.EndOfFile]))
        {
            throw Damaged();
        }

        await _folder.GuardAsync(async () =>
        {
            await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            await Task.Run(() => _stream.Flush(flushToDisk: true), cancellationToken).ConfigureAwait(false);
            await _stream.DisposeAsync().ConfigureAwait(false);
        }).ConfigureAwait(false);
        _folder.Publish(_name);
        return new(_name, _length, Convert.ToHexStringLower(_hash.GetHashAndReset()));
    }

    public async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    private void SumUp(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < TailLength)
        {
            byte[] both = [.. _tail, .. bytes];
            var summed = Math.Max(0, both.Length - TailLength);
            _crc = Crc64.Append(_crc, both.AsSpan(0, summed));
            _tail = both[summed..];
            return;
        }

        _crc = Crc64.Append(Crc64.Append(_crc, _tail), bytes[..^TailLength]);
        _tail = bytes[^TailLength..].ToArray();
    }

    private ClusterException Damaged() =>
        new(ClusterFault.Faults, $"{_name}: the snapshot arrived damaged (its checksum does not fit); run it again");
}
