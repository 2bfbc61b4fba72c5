using HitCounter.Api.Store;

namespace HitCounter.Api;

/// <summary>Section <c>HitCounter</c> of the configuration.</summary>
internal sealed class HitCounterOptions
{
    public const string Section = "HitCounter";

    /// <summary>
    /// How long the cluster takes to declare a silent node dead (cluster-node-timeout). 5 s is what the AppHost sets;
    /// a production cluster has 15 s.
    /// </summary>
    public TimeSpan NodeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a request waits for the store before it is answered 503. Unset: node timeout + 5 s, which covers a failover.</summary>
    public TimeSpan? FailoverWait { get; set; }

    /// <summary>How long one attempt may take before it is given up and repeated.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many hits may wait at once; further ones are answered 503.</summary>
    public int QueueLimit { get; set; } = 16384;

    /// <summary>How many hits travel in one write at most.</summary>
    public int MaxBatch { get; set; } = 4096;

    /// <summary>What has to be true of a hit before it is answered.</summary>
    public Durability Durability { get; set; } = Durability.Replicated;

    /// <summary>The bound in force.</summary>
    public TimeSpan EffectiveFailoverWait => FailoverWait ?? NodeTimeout + TimeSpan.FromSeconds(5);

    /// <summary>One line per setting that cannot be used.</summary>
    public IEnumerable<string> Problems()
    {
        if (NodeTimeout <= TimeSpan.Zero || NodeTimeout > TimeSpan.FromMinutes(10))
        {
            yield return $"{Section}:NodeTimeout is {NodeTimeout}; it must be above zero and at most 00:10:00.";
        }

        if (FailoverWait is { } wait && (wait <= TimeSpan.Zero || wait > TimeSpan.FromMinutes(10)))
        {
            yield return $"{Section}:FailoverWait is {wait}; it must be above zero and at most 00:10:00.";
        }

        if (AttemptTimeout < TimeSpan.FromMilliseconds(50) || AttemptTimeout > TimeSpan.FromMinutes(1))
        {
            yield return $"{Section}:AttemptTimeout is {AttemptTimeout}; it must be from 00:00:00.050 to 00:01:00.";
        }

        if (QueueLimit is < 1 or > 1_000_000)
        {
            yield return $"{Section}:QueueLimit is {QueueLimit}; it must be from 1 to 1000000.";
        }

        if (!Enum.IsDefined(Durability))
        {
            yield return $"{Section}:Durability is {Durability}; it must be Replicated, Strict or Local.";
        }

        if (MaxBatch is < 1 or > 1_000_000)
        {
            yield return $"{Section}:MaxBatch is {MaxBatch}; it must be from 1 to 1000000.";
        }
    }
}
