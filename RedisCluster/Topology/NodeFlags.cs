namespace RedisCluster.Topology;

/// <summary>What a node thinks of another one, or of itself: the third field of CLUSTER NODES.</summary>
[Flags]
public enum NodeFlags
{
    /// <summary>Written <c>noflags</c>.</summary>
    None = 0,

    /// <summary>The node that was asked.</summary>
    Myself = 1,

    /// <summary>It is a master, with or without slots.</summary>
    Master = 1 << 1,

    /// <summary>It replicates a master; written <c>slave</c>.</summary>
    Replica = 1 << 2,

    /// <summary>It did not answer in time; written <c>fail?</c>.</summary>
    PossibleFailure = 1 << 3,

    /// <summary>A majority of masters agreed that it is down; written <c>fail</c>.</summary>
    Failure = 1 << 4,

    /// <summary>Being met: its id is a placeholder until it answered.</summary>
    Handshake = 1 << 5,

    /// <summary>Its address is not known.</summary>
    NoAddress = 1 << 6,

    /// <summary>A replica that will not start a failover by itself.</summary>
    NoFailover = 1 << 7,
}
