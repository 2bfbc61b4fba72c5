using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RedisCluster.Topology;

/// <summary>A node's reply to INFO, all sections or some; what a section would say is null when it was not asked for.</summary>
public sealed class ServerInfo
{
    private ServerInfo(IReadOnlyDictionary<string, string> values)
    {
        Values = values;
        Version = ServerVersion.From(values);
        Replication = values.ContainsKey("role") ? ReplicationInfo.From(values) : null;
        IsClusterEnabled = values.TryGetValue("cluster_enabled", out var enabled)
            ? enabled == "1"
            : values.TryGetValue("redis_mode", out var mode) || values.TryGetValue("server_mode", out mode) ? mode == "cluster" : null;
    }

    /// <summary>Every field as it was written, sections flattened.</summary>
    public IReadOnlyDictionary<string, string> Values { get; }

    /// <summary>Product and version (section server).</summary>
    public ServerVersion? Version { get; }

    /// <summary>Role, links and offsets (section replication).</summary>
    public ReplicationInfo? Replication { get; }

    /// <summary>Whether the server runs in cluster mode (sections cluster or server).</summary>
    public bool? IsClusterEnabled { get; }

    /// <summary>Keys in all databases (section keyspace, which writes nothing at all when there are none).</summary>
    /// <returns>The sum over the databases; 0 when the reply lists none.</returns>
    /// <exception cref="FormatException">A line of the section is malformed.</exception>
    public long KeyCount()
    {
        long keys = 0;
        foreach (var (name, value) in Values)
        {
            if (!name.StartsWith("db", StringComparison.Ordinal) || !int.TryParse(name.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                continue;
            }

            keys += long.TryParse(InfoFields.Get(value, "keys"), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                ? count
                : throw new FormatException($"INFO, {name}: '{value}' has no number of keys.");
        }

        return keys;
    }

    /// <summary>Reads the reply to INFO.</summary>
    /// <param name="text">Lines of <c>name:value</c> under section headings.</param>
    /// <returns>The fields.</returns>
    /// <exception cref="FormatException">A line or a needed field is malformed; the message names it.</exception>
    public static ServerInfo Parse(string text) => new(InfoLines.Read(text, "INFO"));

    /// <summary>Reads the reply to INFO.</summary>
    /// <param name="text">Lines of <c>name:value</c> under section headings.</param>
    /// <param name="info">The fields, or null.</param>
    /// <returns>False when <see cref="Parse"/> would throw.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ServerInfo? info) => Reply.TryRead(text, Parse, out info);
}
