using RedisCluster.Operations;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace NetBox.Tools.Cluster;

/// <summary>Which cluster is meant: seeds and credentials, from the command line or from the connection string an AppHost injects.</summary>
internal sealed record ClusterTarget(IReadOnlyList<NodeEndpoint> Seeds, ClusterConnectionSettings Settings)
{
    public const string ConnectionStringVariable = "ConnectionStrings__redis-cluster";
    public const string NoneGiven = $"no cluster given; name one of its nodes (HOST:PORT) or set {ConnectionStringVariable}";
    public const string PasswordVariable = "REDISCLI_AUTH";

    /// <summary>The environment tells where it is, so that commands find it without being told.</summary>
    public bool IsFromEnvironment { get; init; }

    /// <summary>The options about TLS as they were given, beside <c>--tls</c> itself.</summary>
    public IReadOnlyList<string> TlsWords { get; init; } = [];

    /// <summary>For connections of netbox's own to one node.</summary>
    public RespConnectionOptions ConnectionOptions => Settings.ToOptions();

    /// <summary>What is given beats the environment; the connection string's password is used only with its own nodes.</summary>
    /// <exception cref="NetBoxException">No seed, or a malformed one (usage).</exception>
    public static ClusterTarget From(
        IReadOnlyList<string> seeds, string? user, string? password, bool tls, TimeSpan timeout, Func<string, string?> environment)
    {
        var settings = new ClusterConnectionSettings { User = user, Tls = tls, ConnectTimeout = timeout, CommandTimeout = timeout };
        var given = password ?? NullIfEmpty(environment(PasswordVariable));
        if (seeds.Count > 0)
        {
            return new ClusterTarget([.. seeds.Select(Seed)], settings with { Password = given });
        }

        var text = NullIfEmpty(environment(ConnectionStringVariable))
            ?? throw NetBoxException.Usage(NoneGiven);
        var connection = ConnectionString.Parse(text);
        return new ClusterTarget(connection.Seeds, settings with
        {
            User = user ?? connection.User,
            Password = password ?? connection.Password ?? given,
            Tls = tls || connection.Tls,
        })
        {
            IsFromEnvironment = true,
        };
    }

    private static NodeEndpoint Seed(string text) => NodeEndpoint.TryParse(text, out var seed)
        ? seed
        : throw NetBoxException.Usage(text.StartsWith('-')
            ? $"'{text}' is not an option of this command (--help lists them)"
            : $"'{text}' is not HOST:PORT; write it like 127.0.0.1:7101 or [::1]:7101");

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
