namespace HitCounter.Api.Counting;

/// <summary>Where hits are kept. Every call is one attempt: it succeeds, or throws <see cref="StoreFaultException"/>.</summary>
internal interface IHitStore
{
    /// <summary>Adds the write's hits exactly once, however often the same write is handed in, and returns the count after it.</summary>
    Task<HitWriteOutcome> AddAsync(HitWrite write, CancellationToken cancellationToken);

    /// <summary>Reads the count of a page.</summary>
    Task<long> ReadAsync(Page page, CancellationToken cancellationToken);
}

/// <summary>
/// A number of hits of one page written together. <see cref="Writer"/> and <see cref="Sequence"/> name the write, so that the
/// store recognises a repetition; sequences of one writer rise, and it has one write to a page under way at a time.
/// </summary>
internal readonly record struct HitWrite(Page Page, string Writer, long Sequence, int Hits);

/// <summary>The count after a write, and whether an earlier attempt had already done it.</summary>
internal readonly record struct HitWriteOutcome(long Total, bool AlreadyDone);

/// <summary>An attempt that the store did not confirm. A write may nevertheless have happened.</summary>
internal sealed class StoreFaultException(string message, bool retriable, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>True where the master has the write and only its replicas have not confirmed it.</summary>
    public bool MasterHasIt { get; init; }

    /// <summary>False where trying again cannot help, for instance where the key holds something that is no counter.</summary>
    public bool Retriable { get; } = retriable;
}
