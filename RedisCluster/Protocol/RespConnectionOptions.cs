using System.Net.Security;
using System.Net.Sockets;

namespace RedisCluster.Protocol;

/// <summary>How to reach one Redis node, and how long to wait for it.</summary>
public sealed record RespConnectionOptions
{
    /// <summary>The ACL user; null means the node's default user.</summary>
    public string? User { get; init; }

    /// <summary>The password; null or empty means no authentication.</summary>
    public string? Password { get; init; }

    /// <summary>Whether to speak TLS.</summary>
    public bool Tls { get; init; }

    /// <summary>Certificates, trust and host name for TLS; null means the system's trust and the host connected to. Ignored without <see cref="Tls"/>.</summary>
    public SslClientAuthenticationOptions? TlsOptions { get; init; }

    /// <summary>Of the addresses a host name has, those to try first; null means the order of the resolver.</summary>
    public AddressFamily? Prefer { get; init; }

    /// <summary>Time for name lookup, TCP, TLS and the greeting together. More than zero, or <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time from sending a command to its answer, unless the command brings its own. More than zero, or <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A command that timed out keeps its place, so later answers stay matched. When the node has said nothing at all for this
    /// long by then, and no command with a time of its own is ahead, the connection is given up as dead.
    /// </summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The highest protocol to ask for: 3, or 2 to do without HELLO.</summary>
    public int Protocol { get; init; } = 3;

    /// <summary>The name shown by CLIENT LIST (no spaces); null sets none.</summary>
    public string? ClientName { get; init; }

    /// <summary>What an answer may hold before it counts as malformed.</summary>
    public RespLimits Limits { get; init; } = RespLimits.Default;

    /// <summary>Called for each push message, on the reading loop: it must return at once and must not throw. Null drops them.</summary>
    public Action<RespValue>? OnPush { get; init; }

    /// <summary>The source of time for time-outs.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
