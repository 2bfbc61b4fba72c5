namespace RedisCluster.Protocol;

/// <summary>Bounds of one answer. Beyond them the stream counts as malformed and the connection fails.</summary>
/// <param name="MaxDepth">How deep arrays may nest.</param>
/// <param name="MaxBulkLength">Bytes of one bulk string; the default is Redis' own proto-max-bulk-len, 512 MB.</param>
/// <param name="MaxElements">Values in one answer, at all depths together.</param>
/// <param name="MaxLineLength">Bytes of one line: a simple string, an error, a number or a length.</param>
public sealed record RespLimits(
    int MaxDepth = 128,
    int MaxBulkLength = 512 * 1024 * 1024,
    int MaxElements = 16 * 1024 * 1024,
    int MaxLineLength = 64 * 1024)
{
    /// <summary>The bounds used unless others are given.</summary>
    public static RespLimits Default { get; } = new();
}
