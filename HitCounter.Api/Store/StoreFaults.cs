using HitCounter.Api.Counting;
using StackExchange.Redis;

namespace HitCounter.Api.Store;

/// <summary>Sorts what the client throws into faults that pass and faults that do not, and says which call for a look at the topology.</summary>
internal static class StoreFaults
{
    // Everything else a server says may be different a second later: it moves, loads, fails over, demotes (UNBLOCKED), is full.
    private static readonly string[] Lasting =
        ["WRONGTYPE", "NOPERM", "NOAUTH", "WRONGPASS", "not an integer", "would overflow", "unknown command", HitScript.StaleWrite];

    public static bool IsFault(Exception exception)
        => exception is RedisException or RedisCommandException or TimeoutException or InvalidOperationException or ObjectDisposedException;

    public static StoreFaultException ToFault(Exception exception)
        => new(OneLine(exception.Message), IsPassing(exception), exception);

    /// <summary>True unless it is plain that the topology the client knows is the right one.</summary>
    public static bool TopologyMayHaveChanged(Exception exception) => IsPassing(exception);

    public static bool IsNoScript(RedisServerException exception) => Starts(exception, "NOSCRIPT");

    private static bool IsPassing(Exception exception) => exception switch
    {
        RedisServerException server => !Lasting.Any(word => server.Message.Contains(word, StringComparison.Ordinal)),
        ObjectDisposedException => false,
        _ => true,
    };

    private static bool Starts(RedisServerException exception, string word) => exception.Message.StartsWith(word, StringComparison.Ordinal);

    // The client's messages carry diagnostics after the sentence that matters.
    private static string OneLine(string message)
    {
        var end = message.AsSpan().IndexOfAny('\r', '\n');
        var line = end < 0 ? message : message[..end];
        var diagnostics = line.IndexOf(", command=", StringComparison.Ordinal);
        return diagnostics < 0 ? line : line[..diagnostics];
    }
}
