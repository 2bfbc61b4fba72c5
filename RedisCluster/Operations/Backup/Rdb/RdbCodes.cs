namespace RedisCluster.Operations.Backup.Rdb;

/// <summary>Whose numbering a file follows: the two projects gave some numbers different meanings after Redis 7.2.</summary>
internal enum RdbDialect
{
    /// <summary>Files that begin with REDIS.</summary>
    Redis,

    /// <summary>Files that begin with VALKEY (9.0 and later, version 80 upwards).</summary>
    Valkey,
}

/// <summary>The bytes that stand where a value's type may stand, and say what else follows.</summary>
internal static class RdbOpcode
{
    /// <summary>Redis 8.6: metadata of modules for the next key. Valkey 9.0: a slot import under way.</summary>
    public const byte KeyMetaOrSlotImport = 243;

    public const byte SlotInfo = 244;
    public const byte Function2 = 245;
    public const byte FunctionBeforeRelease = 246;
    public const byte ModuleAux = 247;
    public const byte Idle = 248;
    public const byte Frequency = 249;
    public const byte Aux = 250;
    public const byte ResizeDb = 251;
    public const byte ExpireTimeMs = 252;
    public const byte ExpireTime = 253;
    public const byte SelectDb = 254;
    public const byte EndOfFile = 255;
}

/// <summary>The types of values, which are the encodings a server stores them in.</summary>
internal static class RdbType
{
    public const byte String = 0;
    public const byte List = 1;
    public const byte Set = 2;
    public const byte SortedSet = 3;
    public const byte Hash = 4;
    public const byte SortedSet2 = 5;
    public const byte ModuleBeforeRelease = 6;
    public const byte Module2 = 7;
    public const byte HashZipmap = 9;
    public const byte ListZiplist = 10;
    public const byte SetIntset = 11;
    public const byte SortedSetZiplist = 12;
    public const byte HashZiplist = 13;
    public const byte ListQuicklist = 14;
    public const byte Stream = 15;
    public const byte HashListpack = 16;
    public const byte SortedSetListpack = 17;
    public const byte ListQuicklist2 = 18;
    public const byte Stream2 = 19;
    public const byte SetListpack = 20;
    public const byte Stream3 = 21;

    /// <summary>Redis 7.4 before its release: a hash with expiring fields. Valkey 9.0 uses the number for <see cref="ValkeyHash2"/>.</summary>
    public const byte HashMetadataBeforeRelease = 22;

    public const byte HashListpackExBeforeRelease = 23;
    public const byte HashMetadata = 24;
    public const byte HashListpackEx = 25;
    public const byte Stream4 = 26;
    public const byte Stream5 = 27;

    /// <summary>Valkey 9.0: a hash with expiring fields.</summary>
    public const byte ValkeyHash2 = 22;

    /// <summary>
    /// The oldest version of the format that knows the type. A payload that names it is accepted by every server that can read the value,
    /// also one older than the server that wrote it.
    /// </summary>
    /// <param name="type">The type.</param>
    /// <param name="dialect">Whose type.</param>
    /// <returns>Not below 10, which all supported servers read.</returns>
    public static int OldestVersion(byte type, RdbDialect dialect) => type switch
    {
        ValkeyHash2 when dialect == RdbDialect.Valkey => 80,
        <= Stream2 => 10,
        SetListpack or Stream3 => 11,
        <= HashListpackEx => 12,
        Stream4 => 13,
        _ => 14,
    };
}
