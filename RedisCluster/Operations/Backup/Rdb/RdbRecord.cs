namespace RedisCluster.Operations.Backup.Rdb;

/// <summary>One thing that an RDB file holds.</summary>
internal abstract record RdbRecord;

/// <summary>A key with its value.</summary>
internal sealed record RdbKey : RdbRecord
{
    /// <summary>The database, from 0.</summary>
    public required long Database { get; init; }

    public required ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>The value's type, see <see cref="RdbType"/>.</summary>
    public required byte Type { get; init; }

    /// <summary>The type byte and the value as the file has them, after whatever metadata modules keep about the key.</summary>
    public required ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>The version of the format that <see cref="Value"/> takes to be read.</summary>
    public required int ValueVersion { get; init; }

    /// <summary>When the key expires, in Unix milliseconds; null for never.</summary>
    public long? ExpiresAt { get; init; }

    /// <summary>Seconds since its last use, where the server evicts by that; else null.</summary>
    public long? IdleSeconds { get; init; }

    /// <summary>How often it is used (0 to 255, logarithmic), where the server evicts by that; else null.</summary>
    public int? Frequency { get; init; }

    /// <summary>What DUMP would say and RESTORE takes.</summary>
    public byte[] ToPayload() => DumpPayload.Make(Value.Span, ValueVersion);
}

/// <summary>A library of functions.</summary>
/// <param name="Code">Its source, as FUNCTION LOAD takes it.</param>
internal sealed record RdbFunction(byte[] Code) : RdbRecord;

/// <summary>A note of the server that wrote the file, such as its version.</summary>
internal sealed record RdbAux(string Name, string Value) : RdbRecord;

/// <summary>Data that a module keeps outside of keys; no command brings it back.</summary>
internal sealed record RdbModuleAux : RdbRecord;
