using System.Buffers.Binary;

namespace RedisCluster.Operations.Backup.Rdb;

/// <summary>The bytes of an RDB file from front to back: counted, summed up, and kept from a mark on so that a value can be taken out as it is.</summary>
/// <param name="stream">The file.</param>
/// <param name="length">How many bytes it has: nothing longer is ever believed or made room for.</param>
/// <param name="bufferSize">How much is read at a time.</param>
internal sealed class RdbInput(Stream stream, long length, int bufferSize = 256 * 1024)
{
    private byte[] _buffer = new byte[bufferSize];
    private int _position;
    private int _end;
    private int _summed;
    private int? _mark;
    private long _beforeBuffer;
    private ulong _crc;

    /// <summary>How many bytes were taken so far.</summary>
    public long Offset => _beforeBuffer + _position;

    /// <summary>The CRC-64 of all bytes taken so far.</summary>
    public ulong Checksum
    {
        get
        {
            SumUp();
            return _crc;
        }
    }

    /// <summary>How much room it holds on to.</summary>
    public int Capacity => _buffer.Length;

    /// <summary>From here on bytes are kept, until <see cref="Take"/>.</summary>
    public void Mark() => _mark = _position;

    /// <summary>A copy of everything since the mark, which is gone then, with something in front.</summary>
    public byte[] Take(params ReadOnlySpan<byte> prefix)
    {
        byte[] bytes = [.. prefix, .. _buffer.AsSpan((_mark ?? _position).._position)];
        _mark = null;
        if (_buffer.Length > bufferSize * 4)
        {
            // Whoever took a large value may keep it for long: it is enough that there is one of it.
            Shrink();
        }

        return bytes;
    }

    public byte ReadByte()
    {
        if (_position == _end)
        {
            Fill(1);
        }

        return _buffer[_position++];
    }

    /// <summary>The next bytes, valid until the next call.</summary>
    public ReadOnlySpan<byte> Read(long count)
    {
        Require(count);
        var bytes = _buffer.AsSpan(_position, (int)count);
        _position += (int)count;
        return bytes;
    }

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Read(8));

    public void Skip(long count)
    {
        if (_mark is not null)
        {
            Require(count);
            _position += (int)count;
            return;
        }

        if (count < 0 || count > length - Offset)
        {
            throw TooShort(count);
        }

        while (count > 0)
        {
            if (_position == _end)
            {
                Fill(1);
            }

            var step = (int)Math.Min(count, _end - _position);
            _position += step;
            count -= step;
        }
    }

    private void Require(long count)
    {
        if (count < 0 || count > length - Offset)
        {
            throw TooShort(count);
        }

        if (count > Array.MaxLength - (_position - (_mark ?? _position)))
        {
            throw new RdbFormatException($"the value around byte {Offset} is larger than 2 GB: no command could restore it");
        }

        if (count > _end - _position)
        {
            Fill((int)count);
        }
    }

    // Makes room for so many bytes after the position, keeping what is marked, and reads until they are there.
    private void Fill(int count)
    {
        SumUp();
        var keep = _mark ?? _position;
        var kept = _end - keep;
        var needed = _position - keep + count;
        if (needed > _buffer.Length)
        {
            // One large piece gets the room it needs; many small ones shall not be copied again for each.
            var room = count > _buffer.Length ? needed : Math.Max(needed, _buffer.Length * 2L);
            var grown = new byte[(int)Math.Min(Array.MaxLength, room)];
            _buffer.AsSpan(keep, kept).CopyTo(grown);
            _buffer = grown;
        }
        else
        {
            _buffer.AsSpan(keep, kept).CopyTo(_buffer);

            // One large value must not leave a large buffer behind for all the small ones.
            if (_buffer.Length > bufferSize * 4 && needed <= bufferSize)
            {
                Array.Resize(ref _buffer, Math.Max(bufferSize, kept));
            }
        }

        _beforeBuffer += keep;
        _position -= keep;
        _summed -= keep;
        _mark = _mark is null ? null : 0;
        _end = kept;
        while (_end - _position < count)
        {
            // Not as far ahead as a buffer goes that was made for a large value.
            var ahead = Math.Max(count - (_end - _position), bufferSize);
            var read = stream.Read(_buffer.AsSpan(_end, Math.Min(ahead, _buffer.Length - _end)));
            if (read == 0)
            {
                throw TooShort(count);
            }

            _end += read;
        }
    }

    private void Shrink()
    {
        SumUp();
        var rest = _buffer.AsSpan(_position, _end - _position);
        var small = new byte[Math.Max(bufferSize, rest.Length)];
        rest.CopyTo(small);
        _beforeBuffer += _position;
        (_buffer, _position, _summed, _end) = (small, 0, 0, rest.Length);
    }

    private void SumUp()
    {
        _crc = Crc64.Append(_crc, _buffer.AsSpan(_summed, _position - _summed));
        _summed = _position;
    }

    private RdbFormatException TooShort(long count) =>
        new($"{(ulong)count} bytes are announced at byte {Offset}, but the file ends at byte {length}");
}
