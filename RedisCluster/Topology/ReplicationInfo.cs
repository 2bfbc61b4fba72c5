using System.Collections.Immutable;
using System.Globalization;

namespace RedisCluster.Topology;

/// <summary>What a server does in replication.</summary>
public enum ReplicationRole
{
    /// <summary>It takes writes.</summary>
    Master,

    /// <summary>It follows a master; INFO says <c>slave</c>.</summary>
    Replica,
}

/// <summary>A replica as its master sees it.</summary>
/// <param name="Ip">The address it connected from or announced.</param>
/// <param name="Port">Its client port.</param>
/// <param name="State">Such as <c>online</c>, <c>wait_bgsave</c>, <c>send_bulk</c>.</param>
/// <param name="Offset">The offset it acknowledged, in bytes.</param>
/// <param name="Lag">Seconds since its last acknowledgement; -1 when not stated.</param>
public sealed record ConnectedReplica(string Ip, int Port, string State, long Offset, long Lag);

/// <summary>The section replication of INFO.</summary>
public sealed record ReplicationInfo
{
    /// <summary>Master or replica.</summary>
    public required ReplicationRole Role { get; init; }

    /// <summary>The master a replica follows; null for masters.</summary>
    public string? MasterHost { get; init; }

    /// <summary>The port of that master; null for masters.</summary>
    public int? MasterPort { get; init; }

    /// <summary>Whether a replica's link to its master is up; null for masters.</summary>
    public bool? IsMasterLinkUp { get; init; }

    /// <summary>Whether a replica is receiving its first copy of the data; null for masters.</summary>
    public bool? IsSyncInProgress { get; init; }

    /// <summary>Bytes of the replication stream produced (master) or applied (replica).</summary>
    public long Offset { get; init; }

    /// <summary>A master's connected replicas.</summary>
    public ImmutableArray<ConnectedReplica> Replicas { get; init; } = [];

    internal static ReplicationInfo From(IReadOnlyDictionary<string, string> info)
    {
        var role = info["role"] switch
        {
            "master" => ReplicationRole.Master,
            "slave" or "replica" => ReplicationRole.Replica,
            var other => throw Malformed("role", other),
        };
        if (role == ReplicationRole.Master)
        {
            return new ReplicationInfo
            {
                Role = role,
                Offset = Number(info, "master_repl_offset"),
                Replicas = [.. ReadReplicas(info)],
            };
        }

        return new ReplicationInfo
        {
            Role = role,
            MasterHost = info.TryGetValue("master_host", out var host) ? host : throw new FormatException("INFO: master_host is missing."),
            MasterPort = (int)Number(info, "master_port"),
            IsMasterLinkUp = info.GetValueOrDefault("master_link_status") == "up",
            IsSyncInProgress = info.GetValueOrDefault("master_sync_in_progress") == "1",
            Offset = info.ContainsKey("slave_repl_offset") ? Number(info, "slave_repl_offset") : Number(info, "master_repl_offset"),
        };
    }

    private static IEnumerable<ConnectedReplica> ReadReplicas(IReadOnlyDictionary<string, string> info)
    {
        for (var i = 0; info.TryGetValue(string.Create(CultureInfo.InvariantCulture, $"slave{i}"), out var fields); i++)
        {
            yield return long.TryParse(InfoFields.Get(fields, "offset"), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
                && int.TryParse(InfoFields.Get(fields, "port"), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                ? new ConnectedReplica(
                    InfoFields.Get(fields, "ip").ToString(),
                    port,
                    InfoFields.Get(fields, "state").ToString(),
                    offset,
                    long.TryParse(InfoFields.Get(fields, "lag"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var lag) ? lag : -1)
                : throw Malformed($"slave{i}", fields);
        }
    }

    private static long Number(IReadOnlyDictionary<string, string> info, string field) =>
        !info.TryGetValue(field, out var text) ? throw new FormatException($"INFO: {field} is missing.")
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value
        : throw Malformed(field, text);

    private static FormatException Malformed(string field, string found) => new($"INFO, {field}: '{found}' is not valid.");
}
