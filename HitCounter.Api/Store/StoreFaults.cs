using HitCounter.Api.Counting;
using StackExchange.Redis;

namespace HitCounter.Api.Store;

/// <summary>Sorts what the client throws into faults that pass and faults that do not, and says which call for a look at the topology.</summary>
internal static class StoreFaults
{
    // In capitals as the server writes them. What follows each of them may be different a second later.
    private static readonly string[] Passing =
    [
        "MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "READONLY", "NOREPLICAS", "MISCONF", "BUSY", "OOM",
        "NOSCRIPT", "max number of clients",
    ];

    public static bool IsFault(Exception exception)
        => exception is RedisException or RedisCommandException or TimeoutException or InvalidOperationException or ObjectDisposedException;

    public static StoreFaultException ToFault(Exception exception)
        => new(OneLine(exception.Message), IsPassing(exception), exception);

    /// <summary>True unless it is plain that the topology the client knows is the right one.</summary>
    public static bool TopologyMayHaveChanged(Exception exception)
        => exception is not RedisServerException server
            || Starts(server, "MOVED") || Starts(server, "READONLY") || Starts(server, "CLUSTERDOWN")
            || server.Message.Contains("MOVED", StringComparison.Ordinal);

    public static bool IsNoScript(RedisServerException exception) => Starts(exception, "NOSCRIPT");

    private static bool IsPassing(Exception exception) => exception switch
    {
        RedisServerException server => Passing.Any(word => server.Message.Contains(word, StringComparison.Ordinal)),
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
