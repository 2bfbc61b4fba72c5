namespace RedisCluster.Planning;

/// <summary>How a replica takes its master's place.</summary>
public enum FailoverMode
{
    /// <summary>The master holds writes back until the replica has them all, then hands over: nothing is lost. Both have to be there.</summary>
    Planned,

    /// <summary>Without the master: what it had not passed on is lost. A majority of the masters has to agree.</summary>
    Force,

    /// <summary>Without the master and without asking anybody: for when no majority is left. Two sides of a partition may promote one each.</summary>
    Takeover,
}

/// <summary>Who shall take over. Either <see cref="Replica"/> or <see cref="Shard"/> is given.</summary>
public sealed record FailoverRequest
{
    /// <summary>The replica that becomes the master: its id, the beginning of its id, or host:port.</summary>
    public string? Replica { get; init; }

    /// <summary>The master to replace, by the replica that has most of its data: its id, the beginning of its id, or host:port.</summary>
    public string? Shard { get; init; }

    /// <summary>How.</summary>
    public FailoverMode Mode { get; init; }
}
