namespace RedisCluster.Operations;

/// <summary>Why an operation ended without doing what was asked. The values are the exit codes of the command-line tools.</summary>
public enum ClusterFault
{
    /// <summary>The cluster has faults, or did not become ready in time.</summary>
    Faults = 1,

    /// <summary>What was asked for makes no sense: too few nodes, a node given twice, a node that is not in cluster mode.</summary>
    Usage = 2,

    /// <summary>A node does not answer, or wants other credentials.</summary>
    Unreachable = 3,

    /// <summary>Doing it could lose data: a node holds keys or belongs to another cluster. Nothing was touched.</summary>
    Refused = 4,
}

/// <summary>An expected failure of an operation. The message is one line: what, where, what to do.</summary>
public sealed class ClusterException : Exception
{
    /// <summary>An expected failure.</summary>
    public ClusterException(ClusterFault fault, string message, Exception? inner = null) : base(message, inner) => Fault = fault;

    /// <summary>Why.</summary>
    public ClusterFault Fault { get; }
}
