namespace HitCounter.Api.Store;

/// <summary>What has to be true of a hit before it is answered.</summary>
internal enum Durability
{
    /// <summary>
    /// A replica has it. Where the shard has none left, and a majority of the masters has lately heard from this one, the
    /// master alone will do, and the service reports itself degraded.
    /// </summary>
    Replicated,

    /// <summary>A replica has it; without one, hits are answered 503.</summary>
    Strict,

    /// <summary>The master has it. What it had not passed on when it dies is lost.</summary>
    Local,
}
