namespace HitCounter.Api.Counting;

/// <summary>What became of a hit.</summary>
internal enum HitStatus
{
    /// <summary>It is in the store, once, and has its number.</summary>
    Counted,

    /// <summary>The caller left before the hit was sent; it is not counted.</summary>
    Cancelled,

    /// <summary>More hits are waiting than the queue takes; it is not counted.</summary>
    QueueFull,

    /// <summary>The process is ending and takes no more hits; it is not counted.</summary>
    Stopping,

    /// <summary>The store did not confirm it in time. It may or may not be counted.</summary>
    Unconfirmed,

    /// <summary>The store has been away for longer than anyone would wait, so it was not tried; it is not counted.</summary>
    StoreAway,
}
