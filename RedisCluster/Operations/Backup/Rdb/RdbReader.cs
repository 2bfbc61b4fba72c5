using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace RedisCluster.Operations.Backup.Rdb;

/// <summary>
/// Takes an RDB file apart into keys, each with its value as it stands: the value's encoding is never undone, so that every type, also one
/// that a module defines, comes out as the server put it in, and goes back with RESTORE.
/// </summary>
internal sealed class RdbReader
{
    // Version 5 brought the checksum; servers that write older files are not supported.
    private const int OldestVersion = 6;

    // Versions that existed when this was written, plus room: what a newer one cannot tell apart shows as a type that is not known.
    private const int NewestVersion = 99;

    private readonly RdbInput _input;
    private long _database;

    /// <summary>Begins to read a file.</summary>
    /// <exception cref="RdbFormatException">It is no RDB file, or one of a version that is not known.</exception>
    public RdbReader(Stream stream, long length)
    {
        _input = new(stream, length);
        (Dialect, Version) = ReadHeader();
    }

    /// <summary>Whose numbering the file follows.</summary>
    public RdbDialect Dialect { get; }

    /// <summary>The version of the format.</summary>
    public int Version { get; }

    /// <summary>How many bytes were read so far.</summary>
    public long Offset => _input.Offset;

    /// <summary>All records in the order of the file, read as they are asked for. Enumerate once.</summary>
    /// <exception cref="RdbFormatException">The file is damaged, or holds something that is not known.</exception>
    public IEnumerable<RdbRecord> ReadAll()
    {
        var attributes = default(KeyAttributes);
        while (true)
        {
            _input.Mark();
            var code = _input.ReadByte();
            switch (code)
            {
                case RdbOpcode.EndOfFile:
                    ReadChecksum();
                    yield break;
                case RdbOpcode.SelectDb:
                    _database = _input.ReadCount();
                    break;
                case RdbOpcode.ExpireTimeMs:
                    attributes = attributes with { ExpiresAt = (long)_input.ReadUInt64() };
                    break;
                case RdbOpcode.ExpireTime:
                    attributes = attributes with { ExpiresAt = BinaryPrimitives.ReadInt32LittleEndian(_input.Read(4)) * 1000L };
                    break;
                case RdbOpcode.Idle:
                    attributes = attributes with { IdleSeconds = _input.ReadCount() };
                    break;
                case RdbOpcode.Frequency:
                    attributes = attributes with { Frequency = _input.ReadByte() };
                    break;
                case RdbOpcode.KeyMetaOrSlotImport when Dialect == RdbDialect.Redis:
                    attributes = attributes with { Metadata = ReadKeyMetadata() };
                    break;
                case RdbOpcode.ResizeDb or RdbOpcode.SlotInfo or RdbOpcode.KeyMetaOrSlotImport:
                    SkipHints(code);
                    break;
                case RdbOpcode.Aux:
                    yield return new RdbAux(Encoding.UTF8.GetString(_input.ReadString()), Encoding.UTF8.GetString(_input.ReadString()));
                    break;
                case RdbOpcode.Function2:
                    yield return new RdbFunction(_input.ReadString());
                    break;
                case RdbOpcode.ModuleAux:
                    SkipModuleAux();
                    yield return new RdbModuleAux();
                    break;
                case RdbOpcode.FunctionBeforeRelease:
                    throw new RdbFormatException($"functions as Redis 7.0 wrote them before its release (at byte {Offset}) are not supported");
                default:
                    yield return ReadKey(code, attributes);
                    attributes = default;
                    break;
            }
        }
    }

    private (RdbDialect Dialect, int Version) ReadHeader()
    {
        try
        {
            _input.Mark();
            _input.Skip(9);
            var header = Encoding.ASCII.GetString(_input.Take());
            var (dialect, digits) = header.StartsWith("VALKEY", StringComparison.Ordinal) ? (RdbDialect.Valkey, header[6..])
                : header.StartsWith("REDIS", StringComparison.Ordinal) ? (RdbDialect.Redis, header[5..])
                : throw new RdbFormatException("it does not begin as an RDB file does");
            return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version is >= OldestVersion and <= NewestVersion
                ? (dialect, version)
                : throw new RdbFormatException($"it is an RDB file of version '{digits}', known are {OldestVersion} to {NewestVersion}");
        }
        catch (RdbFormatException) when (_input.Offset == 0)
        {
            throw new RdbFormatException("it is too short to be an RDB file");
        }
    }

    private RdbKey ReadKey(byte type, KeyAttributes attributes)
    {
        var key = _input.ReadString();
        _input.Mark();
        try
        {
            RdbValues.Skip(_input, type, Dialect);
        }
        catch (RdbFormatException error)
        {
            throw new RdbFormatException($"key '{Printable(key)}': {error.Message}");
        }

        var version = RdbType.OldestVersion(type, Dialect);
        return new()
        {
            Database = _database,
            Key = key,
            Type = type,
            Value = _input.Take([.. attributes.Metadata ?? [], type]),
            ValueVersion = attributes.Metadata is null ? version : Math.Max(version, 13),
            ExpiresAt = attributes.ExpiresAt,
            IdleSeconds = attributes.IdleSeconds,
            Frequency = attributes.Frequency,
        };
    }

    // RESTORE takes it as it stands here, in front of the type.
    private byte[] ReadKeyMetadata()
    {
        for (var classes = _input.ReadCount(); classes > 0; classes--)
        {
            _input.Skip(4);
            RdbValues.SkipModuleValues(_input);
        }

        return _input.Take();
    }

    // Sizes to reserve, and what Valkey notes of a slot that was being imported: nothing of a key.
    private void SkipHints(byte code)
    {
        if (code == RdbOpcode.KeyMetaOrSlotImport)
        {
            _input.SkipString();
            for (var ranges = _input.ReadCount(); ranges > 0; ranges--)
            {
                _input.ReadLength();
                _input.ReadLength();
            }

            return;
        }

        for (var lengths = code == RdbOpcode.ResizeDb ? 2 : 3; lengths > 0; lengths--)
        {
            _input.ReadLength();
        }
    }

    private void SkipModuleAux()
    {
        for (var lengths = 3; lengths > 0; lengths--)
        {
            _input.ReadLength();
        }

        RdbValues.SkipModuleValues(_input);
    }

    private void ReadChecksum()
    {
        var computed = _input.Checksum;
        var stored = _input.ReadUInt64();

        // 0 is what a server writes that was told not to compute any.
        if (stored != 0 && stored != computed)
        {
            throw new RdbFormatException("its checksum (CRC-64) does not fit its content: it is damaged");
        }
    }

    private static string Printable(byte[] key)
    {
        var text = string.Concat(Encoding.UTF8.GetString(key).Select(c => char.IsControl(c) ? '\uFFFD' : c));
        return text.Length <= 60 ? text : $"{text[..57]}...";
    }

    private readonly record struct KeyAttributes(long? ExpiresAt, long? IdleSeconds, int? Frequency, byte[]? Metadata);
}
