using System.Globalization;
using Microsoft.Extensions.Configuration;
using RedisCluster.Planning;
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

/// <summary>What decides which of several reconcilers acts.</summary>
internal enum LeaseKind
{
    /// <summary>A Lease object in Kubernetes, a key in the cluster elsewhere.</summary>
    Auto,

    /// <summary>A key in the cluster.</summary>
    Cluster,

    /// <summary>Nothing: there is only one.</summary>
    None,
}

/// <summary>Section <c>Cluster</c> of the configuration, read and validated.</summary>
internal sealed record InitializerSettings
{
    public const string Section = "Cluster";
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(2);

    private static readonly string[] Known =
    [
        nameof(Name), nameof(Nodes), nameof(ReplicasPerShard), nameof(User), nameof(Password), nameof(Tls), nameof(Mode), nameof(Deadline), nameof(NodeTimeout),
        nameof(NodesFile), nameof(Shards), nameof(Interval), nameof(Patience), nameof(RemoveUnlisted), nameof(Lease),
    ];

    public string Name { get; init; } = "redis-cluster";

    /// <summary>The places in their order; empty where a file names them.</summary>
    public required IReadOnlyList<DesiredNode> Places { get; init; }

    public IReadOnlyList<NodeEndpoint> Nodes => [.. Places.Select(place => place.Endpoint)];

    /// <summary>A file that names the places, read anew at every look; null for none.</summary>
    public string? NodesFile { get; init; }

    public int ReplicasPerShard { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    public bool Tls { get; init; }

    public InitializerMode Mode { get; init; }

    public TimeSpan Deadline { get; init; } = DefaultDeadline;

    /// <summary>cluster-node-timeout the nodes are to have in the end; null leaves each its own.</summary>
    public TimeSpan? NodeTimeout { get; init; }

    /// <summary>Masters with slots that there shall be; null for as many as the nodes make.</summary>
    public int? Shards { get; init; }

    /// <summary>From one look at a cluster that is well to the next.</summary>
    public TimeSpan Interval { get; init; } = DefaultInterval;

    /// <summary>How long a fault is watched that servers or people may mend by themselves.</summary>
    public TimeSpan Patience { get; init; } = DesiredCluster.DefaultPatience;

    /// <summary>Whether members that were never listed are drained and removed.</summary>
    public bool RemoveUnlisted { get; init; }

    public LeaseKind Lease { get; init; }

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
            Places = Value(section, nameof(NodesFile)) is null ? PlacesOf(Value(section, nameof(Nodes))) : [],
            NodesFile = Value(section, nameof(NodesFile)),
            ReplicasPerShard = Value(section, nameof(ReplicasPerShard)) is { } replicas ? NumberOf(replicas, nameof(ReplicasPerShard), 0) : 0,
            User = Value(section, nameof(User)),
            Password = Value(section, nameof(Password)),
            Tls = Value(section, nameof(Tls)) is { } tls && BooleanOf(tls, nameof(Tls)),
            Mode = Value(section, nameof(Mode)) is { } mode ? ModeOf(mode) : InitializerMode.Once,
            Deadline = Value(section, nameof(Deadline)) is { } deadline ? TimeOf(deadline, nameof(Deadline)) : DefaultDeadline,
            NodeTimeout = Value(section, nameof(NodeTimeout)) is { } timeout ? TimeOf(timeout, nameof(NodeTimeout)) : null,
            Shards = Value(section, nameof(Shards)) is { } shards ? NumberOf(shards, nameof(Shards), 3) : null,
            Interval = Value(section, nameof(Interval)) is { } interval ? TimeOf(interval, nameof(Interval)) : DefaultInterval,
            Patience = Value(section, nameof(Patience)) is { } patience ? TimeOf(patience, nameof(Patience)) : DesiredCluster.DefaultPatience,
            RemoveUnlisted = Value(section, nameof(RemoveUnlisted)) is { } remove && BooleanOf(remove, nameof(RemoveUnlisted)),
            Lease = Value(section, nameof(Lease)) is { } lease ? LeaseOf(lease) : LeaseKind.Auto,
        };
        Validate(settings, section);
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

    private static IReadOnlyList<DesiredNode> PlacesOf(string? text) =>
        text is null
            ? throw new UsageException($"{Variable(nameof(Nodes))} is not set; list the nodes as host:port@busport,host:port@busport,...")
            : PlaceList.Parse(text, Variable(nameof(Nodes)));

    private static void Validate(InitializerSettings settings, IConfigurationSection section)
    {
        if (settings.NodesFile is not null && Value(section, nameof(Nodes)) is not null)
        {
            throw new UsageException($"{Variable(nameof(Nodes))} and {Variable(nameof(NodesFile))} are both set; set one of them");
        }

        if (settings.Mode == InitializerMode.Once && (settings.NodesFile is not null || settings.Shards is not null))
        {
            throw new UsageException($"{Variable(settings.NodesFile is null ? nameof(Shards) : nameof(NodesFile))} is for {Variable(nameof(Mode))}=Watch");
        }
    }

    private static int NumberOf(string text, string key, int least) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw new UsageException($"{Variable(key)} is '{text}'; it has to be a whole number, {least} or more");

    private static bool BooleanOf(string text, string key) =>
        bool.TryParse(text, out var value) ? value : throw new UsageException($"{Variable(key)} is '{text}'; it has to be true or false");

    private static InitializerMode ModeOf(string text) => text.ToUpperInvariant() switch
    {
        "ONCE" => InitializerMode.Once,
        "WATCH" => InitializerMode.Watch,
        _ => throw new UsageException($"{Variable(nameof(Mode))} is '{text}'; it has to be Once or Watch"),
    };

    private static LeaseKind LeaseOf(string text) => text.ToUpperInvariant() switch
    {
        "AUTO" => LeaseKind.Auto,
        "CLUSTER" => LeaseKind.Cluster,
        "NONE" => LeaseKind.None,
        _ => throw new UsageException($"{Variable(nameof(Lease))} is '{text}'; it has to be Auto, Cluster or None"),
    };

    /// <summary>Only with colons: TimeSpan would read a plain 60 as sixty days.</summary>
    private static TimeSpan TimeOf(string text, string key) =>
        text.Contains(':') && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) && time > TimeSpan.Zero
            ? time
            : throw new UsageException($"{Variable(key)} is '{text}'; write a time like 00:01:00 (a minute)");
}
