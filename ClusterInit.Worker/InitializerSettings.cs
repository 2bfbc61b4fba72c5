using System.Globalization;
using Microsoft.Extensions.Configuration;
using RedisCluster.Topology;

namespace ClusterInit.Worker;

/// <summary>What to do once the cluster stands.</summary>
internal enum InitializerMode
{
    /// <summary>Exit.</summary>
    Once,

    /// <summary>Stay and keep it healthy.</summary>
    Watch,
}

/// <summary>Section <c>Cluster</c> of the configuration, read and validated.</summary>
internal sealed record InitializerSettings
{
    public const string Section = "Cluster";
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromMinutes(1);

    private static readonly string[] Known =
    [
        nameof(Name), nameof(Nodes), nameof(ReplicasPerShard), nameof(User), nameof(Password), nameof(Tls), nameof(Mode), nameof(Deadline), nameof(NodeTimeout),
    ];

    public string Name { get; init; } = "redis-cluster";

    public required IReadOnlyList<NodeEndpoint> Nodes { get; init; }

    public int ReplicasPerShard { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    public bool Tls { get; init; }

    public InitializerMode Mode { get; init; }

    public TimeSpan Deadline { get; init; } = DefaultDeadline;

    /// <summary>cluster-node-timeout the nodes are to have in the end; null leaves each its own.</summary>
    public TimeSpan? NodeTimeout { get; init; }

    /// <exception cref="UsageException">A setting is missing, unknown or makes no sense.</exception>
    public static InitializerSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var unknown = section.GetChildren().Select(c => c.Key).FirstOrDefault(k => !Known.Contains(k, StringComparer.OrdinalIgnoreCase));
        if (unknown is not null)
        {
            throw new UsageException($"{Variable(unknown)} is not a setting of this program; there are {string.Join(", ", Known)}");
        }

        var settings = new InitializerSettings
        {
            Nodes = NodesOf(Value(section, nameof(Nodes))),
            ReplicasPerShard = Value(section, nameof(ReplicasPerShard)) is { } replicas ? ReplicasOf(replicas) : 0,
            User = Value(section, nameof(User)),
            Password = Value(section, nameof(Password)),
            Tls = Value(section, nameof(Tls)) is { } tls && BooleanOf(tls, nameof(Tls)),
            Mode = Value(section, nameof(Mode)) is { } mode ? ModeOf(mode) : InitializerMode.Once,
            Deadline = Value(section, nameof(Deadline)) is { } deadline ? TimeOf(deadline, nameof(Deadline)) : DefaultDeadline,
            NodeTimeout = Value(section, nameof(NodeTimeout)) is { } timeout ? TimeOf(timeout, nameof(NodeTimeout)) : null,
        };
        settings = Value(section, nameof(Name)) is { } name ? settings with { Name = name } : settings;
        return settings.Password is null ? settings with { Password = PasswordIn(configuration.GetConnectionString(settings.Name)) } : settings;
    }

    /// <summary>The settings without the password.</summary>
    public override string ToString() =>
        $"{Name}: {Nodes.Count} nodes, {ReplicasPerShard} replicas per shard, TLS {(Tls ? "on" : "off")}, password {(Password is null ? "none" : "set")}";

    private static string? Value(IConfigurationSection section, string key) =>
        section[key] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    // Tools that make Kubernetes manifests know connection strings for secrets, and nothing else.
    private static string? PasswordIn(string? connectionString) => connectionString?
        .Split(',', StringSplitOptions.TrimEntries)
        .Where(part => part.StartsWith("password=", StringComparison.OrdinalIgnoreCase))
        .Select(part => part[(part.IndexOf('=') + 1)..])
        .LastOrDefault(password => password.Length > 0);

    private static string Variable(string key) => $"{Section}__{key}";

    private static List<NodeEndpoint> NodesOf(string? text)
    {
        if (text is null)
        {
            throw new UsageException($"{Variable(nameof(Nodes))} is not set; list the nodes as host:port@busport,host:port@busport,...");
        }

        var nodes = new List<NodeEndpoint>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!NodeEndpoint.TryParse(part, out var node))
            {
                throw new UsageException($"'{part}' in {Variable(nameof(Nodes))} is not host:port or host:port@busport");
            }

            if (nodes.Any(n => n.IsSameClientAddress(node)))
            {
                throw new UsageException($"'{part}' is listed twice in {Variable(nameof(Nodes))}; name each node once");
            }

            nodes.Add(node);
        }

        return nodes.Count > 0 ? nodes : throw new UsageException($"{Variable(nameof(Nodes))} names no node");
    }

    private static int ReplicasOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var replicas)
            ? replicas
            : throw new UsageException($"{Variable(nameof(ReplicasPerShard))} is '{text}'; it has to be a whole number, 0 or more");

    private static bool BooleanOf(string text, string key) =>
        bool.TryParse(text, out var value) ? value : throw new UsageException($"{Variable(key)} is '{text}'; it has to be true or false");

    private static InitializerMode ModeOf(string text) => text.ToUpperInvariant() switch
    {
        "ONCE" => InitializerMode.Once,
        "WATCH" => InitializerMode.Watch,
        _ => throw new UsageException($"{Variable(nameof(Mode))} is '{text}'; it has to be Once or Watch"),
    };

    /// <summary>Only with colons: TimeSpan would read a plain 60 as sixty days.</summary>
    private static TimeSpan TimeOf(string text, string key) =>
        text.Contains(':') && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) && time > TimeSpan.Zero
            ? time
            : throw new UsageException($"{Variable(key)} is '{text}'; write a time like 00:01:00 (a minute)");
}
