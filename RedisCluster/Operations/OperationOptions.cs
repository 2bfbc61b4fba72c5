using RedisCluster.Planning;

namespace RedisCluster.Operations;

/// <summary>How an operation on a formed cluster is carried out.</summary>
public sealed record OperationOptions
{
    /// <summary>How to reach the nodes.</summary>
    public ClusterConnectionSettings Connection { get; init; } = new();

    /// <summary>
    /// The longest time without any progress, more than zero. The whole may take longer: moving many keys takes the time it takes. What was
    /// waited for stands in the message when the time is up.
    /// </summary>
    public TimeSpan StallLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether to make the plan and stop there.</summary>
    public bool DryRun { get; init; }

    /// <summary>Asked before anything is changed, with the plan, unless it is empty; false ends the operation. Null goes ahead.</summary>
    public Func<ClusterPlan, CancellationToken, ValueTask<bool>>? ConfirmAsync { get; init; }

    /// <summary>The source of time.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
