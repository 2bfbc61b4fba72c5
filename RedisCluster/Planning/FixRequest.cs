namespace RedisCluster.Planning;

/// <summary>How far a fix may go.</summary>
public sealed record FixRequest
{
    /// <summary>Whether to look at every slot of every master for keys outside their owner, not only at the slots that are visibly not in order.</summary>
    public bool SearchMultipleOwners { get; init; }

    /// <summary>Whether slots of masters that cannot be reached may be given to others, and with them the keys these masters hold be given up.</summary>
    public bool FixWithUnreachableMasters { get; init; }

    /// <summary>How keys are moved. Where two nodes hold a key, who wins is decided by the fix, not by <see cref="MigrationTuning.Replace"/>.</summary>
    public MigrationTuning Tuning { get; init; } = new();
}
