namespace NetBox.Tools.Drills.Load;

/// <summary>Writes all the time, so that there is something to lose, and tells in the end what became of it.</summary>
internal interface IDrillLoad : IAsyncDisposable
{
    /// <summary>Begins, and returns when writes were acknowledged everywhere.</summary>
    /// <exception cref="NetBoxException">That did not happen.</exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Whether writes have been acknowledged everywhere since then.</summary>
    /// <param name="since">A timestamp.</param>
    bool IsAcknowledgedSince(long since);

    /// <summary>Ends writing and reads back what is stored. What it wrote is removed.</summary>
    Task<IReadOnlyList<LoadResult>> EndAsync(CancellationToken cancellationToken);
}

/// <summary>What became of the writes to one shard, or to the app.</summary>
/// <param name="Name">The shard's master when it began, host:port, or the app's URL.</param>
/// <param name="Times">When writes were acknowledged, timestamps ascending.</param>
/// <param name="Acknowledged">How many were.</param>
/// <param name="Stored">How many are there; null where nobody could be asked.</param>
/// <param name="Lost">Acknowledged ones that are not; null where nobody could be asked.</param>
/// <param name="Uncertain">Writes without an answer to the end.</param>
/// <param name="Repeated">Writes that were repeated because an answer was lost.</param>
/// <param name="Errors">Failed attempts by kind.</param>
internal sealed record LoadResult(
    string Name,
    IReadOnlyList<long> Times,
    long Acknowledged,
    long? Stored,
    long? Lost,
    long Uncertain,
    long Repeated,
    IReadOnlyDictionary<string, long> Errors);
