using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>A file of a backup, with what shows whether it is still as it was written.</summary>
/// <param name="Name">The name, without a folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256 in lower-case hexadecimal.</param>
public sealed record BackupFile(string Name, long Bytes, string Sha256);

/// <summary>The data of one shard: an RDB file, and where in the shard's history it was taken.</summary>
public sealed record BackupShard
{
    /// <summary>The RDB file.</summary>
    public required BackupFile File { get; init; }

    /// <summary>The master whose slots these are.</summary>
    public required NodeId Master { get; init; }

    /// <summary>How that master was reached.</summary>
    public required NodeEndpoint Endpoint { get; init; }

    /// <summary>The node that gave the data: the master, or a replica of it.</summary>
    public required NodeEndpoint Source { get; init; }

    /// <summary>The slots of the shard. Those of all shards together are the slot map.</summary>
    public required SlotSet Slots { get; init; }

    /// <summary>The config epoch under which the master owned them, before the snapshots and after.</summary>
    public required long ConfigEpoch { get; init; }

    /// <summary>The replication stream that <see cref="Offset"/> counts.</summary>
    public required string ReplicationId { get; init; }

    /// <summary>Every write up to here is in the file, none after it.</summary>
    public required long Offset { get; init; }

    /// <summary>When the node said that it had begun the snapshot, by the clock of who made the backup.</summary>
    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>Product and version of the node that gave the data.</summary>
    public string? Server { get; init; }
}

/// <summary>What a backup consists of: <c>manifest.json</c>, written last, so that a folder that has one is a whole backup.</summary>
/// <remarks>
/// The set is consistent in this sense: each file is its shard at one point of its history; the points lie as close to each other as the
/// nodes could begin, and each is stated; the slots had the same owners under the same config epochs before the first snapshot and after
/// the last one, and none was being moved, so every key is in exactly one file. It is no transaction over shards: of two writes to
/// different shards within the spread of the points, the later may be in and the earlier not.
/// </remarks>
public sealed record BackupManifest
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The name of the file that describes the nodes.</summary>
    public const string NodesFileName = "nodes.json";

    /// <summary>The format that is written and read here.</summary>
    public const int CurrentFormat = 1;

    /// <summary>1.</summary>
    public required int Format { get; init; }

    /// <summary>When the backup was finished.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>One per master with slots, by lowest slot.</summary>
    public required ImmutableArray<BackupShard> Shards { get; init; }

    /// <summary>The file that describes all nodes.</summary>
    public required BackupFile Nodes { get; init; }

    /// <summary>Reads a manifest.</summary>
    /// <param name="json">The content of <see cref="FileName"/>.</param>
    /// <returns>The manifest.</returns>
    /// <exception cref="FormatException">It is none, or one of another format; the message is one line.</exception>
    public static BackupManifest Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(json, BackupJson.Default.BackupManifest);
            return manifest is null ? throw new FormatException("it is empty")
                : manifest.Format != CurrentFormat ? throw new FormatException($"its format is {manifest.Format}, known is {CurrentFormat}")
                : manifest.Shards.IsDefaultOrEmpty ? throw new FormatException("it lists no shard")
                : manifest.Shards.Select(shard => shard.File.Name).Append(manifest.Nodes.Name).FirstOrDefault(IsPath) is { } path
                    ? throw new FormatException($"it names a file outside of its folder: '{path}'")
                : manifest;
        }
        catch (JsonException error)
        {
            throw new FormatException(error.Message.ReplaceLineEndings(" "));
        }
    }

    private static bool IsPath(string name) => name.Length == 0 || name != Path.GetFileName(name);
}

/// <summary>A node of the cluster at the time of a backup.</summary>
public sealed record BackupNode
{
    /// <summary>Its id.</summary>
    public required NodeId Id { get; init; }

    /// <summary>How it was reached, or the address its peers know.</summary>
    public required NodeEndpoint Endpoint { get; init; }

    /// <summary>Its address as the cluster bus knows it.</summary>
    public required NodeAddress Address { get; init; }

    /// <summary><c>master</c> or <c>replica</c>.</summary>
    public required string Role { get; init; }

    /// <summary>The master a replica follows; null for masters.</summary>
    public NodeId? Master { get; init; }

    /// <summary>Its slots; empty for replicas.</summary>
    public required SlotSet Slots { get; init; }

    /// <summary>Its config epoch.</summary>
    public required long ConfigEpoch { get; init; }

    /// <summary>Product and version; null where it did not answer.</summary>
    public string? Server { get; init; }

    /// <summary>Its replication offset; null where it did not answer.</summary>
    public long? Offset { get; init; }

    /// <summary>How many keys it held; null where it did not answer.</summary>
    public long? Keys { get; init; }
}

/// <summary>The files of a backup as JSON: indented, for people as well.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BackupManifest))]
[JsonSerializable(typeof(ImmutableArray<BackupNode>))]
public sealed partial class BackupJson : JsonSerializerContext;
