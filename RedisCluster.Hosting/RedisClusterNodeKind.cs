namespace Aspire.Hosting.ApplicationModel;

/// <summary>What the nodes of a <see cref="RedisClusterResource"/> run as. A published model always has containers.</summary>
public enum RedisClusterNodeKind
{
    /// <summary>Containers where docker or podman answers, otherwise processes.</summary>
    Auto,

    /// <summary><c>redis-server</c> or <c>valkey-server</c> from PATH, listening on 127.0.0.1.</summary>
    Processes,

    /// <summary>Containers, their client ports published on this machine.</summary>
    Containers,
}
