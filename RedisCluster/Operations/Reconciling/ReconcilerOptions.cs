namespace RedisCluster.Operations;

/// <summary>How a reconciler works.</summary>
public sealed record ReconcilerOptions
{
    /// <summary>How to reach the nodes.</summary>
    public ClusterConnectionSettings Connection { get; init; } = new();

    /// <summary>From one look at a cluster that is well to the next. More than zero. What is not well is looked at more often for a while.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest a node may take to answer when it is looked at; one that does not is away. More than zero.</summary>
    public TimeSpan LookTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest a plan may go on without getting anywhere. More than zero.</summary>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The source of time.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>How to reach the nodes when they are looked at.</summary>
    public ClusterConnectionSettings LookConnection => Connection with { ConnectTimeout = LookTimeout, CommandTimeout = LookTimeout };
}
