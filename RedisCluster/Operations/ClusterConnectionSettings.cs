using System.Net.Security;
using System.Net.Sockets;
using RedisCluster.Protocol;

namespace RedisCluster.Operations;

/// <summary>How to reach the nodes of a cluster. The same for each of them.</summary>
public sealed record ClusterConnectionSettings
{
    /// <summary>The ACL user; null means the default user.</summary>
    public string? User { get; init; }

    /// <summary>The password; null or empty means none.</summary>
    public string? Password { get; init; }

    /// <summary>Whether the nodes' client ports speak TLS.</summary>
    public bool Tls { get; init; }

    /// <summary>Certificates, trust and host name for TLS; null means the system's trust and the host connected to.</summary>
    public SslClientAuthenticationOptions? TlsOptions { get; init; }

    /// <summary>Of the addresses a host name has, those to try first; null means the order of the resolver.</summary>
    public AddressFamily? Prefer { get; init; }

    /// <summary>Time to connect to one node, greeting included. More than zero.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time for one command. More than zero.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The same for one connection to one node.</summary>
    public RespConnectionOptions ToOptions() => new()
    {
        User = User,
        Password = Password,
        Tls = Tls,
        TlsOptions = TlsOptions,
        Prefer = Prefer,
        ConnectTimeout = ConnectTimeout,
        CommandTimeout = CommandTimeout,
    };

    /// <summary>The settings without the password.</summary>
    public override string ToString() => $"user {User ?? "default"}, password {(string.IsNullOrEmpty(Password) ? "none" : "set")}, TLS {(Tls ? "on" : "off")}";
}
