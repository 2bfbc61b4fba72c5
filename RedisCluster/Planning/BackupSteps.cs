using System.Collections.Immutable;
using System.Globalization;
using RedisCluster.Operations;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>A shard to be saved.</summary>
/// <param name="Master">The master's id.</param>
/// <param name="Endpoint">How the master is reached.</param>
/// <param name="Source">The node to take the data from: the master, or a replica of it.</param>
/// <param name="Slots">Its slots.</param>
/// <param name="ConfigEpoch">The config epoch under which it owns them.</param>
/// <param name="File">The name of the file to be.</param>
public sealed record ShardSource(NodeId Master, NodeEndpoint Endpoint, NodeEndpoint Source, SlotSet Slots, long ConfigEpoch, string File);

/// <summary>Take a snapshot of every shard at the same time, see that no slot moved meanwhile, and write the manifest.</summary>
/// <param name="Folder">The full path of the folder.</param>
/// <param name="Shards">By lowest slot.</param>
/// <param name="PreferReplicas">Whether replicas are asked where one is in step.</param>
/// <param name="Reason">Why.</param>
public sealed record TakeBackup(string Folder, ImmutableArray<ShardSource> Shards, bool PreferReplicas, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"save {Shards.Length} {(Shards.Length == 1 ? "shard" : "shards")} to {Folder}: {string.Join("; ", Shards.Select(Describe))}");

    /// <inheritdoc />
    public bool Equals(TakeBackup? other) =>
        other is not null && (Folder, PreferReplicas, Reason) == (other.Folder, other.PreferReplicas, other.Reason) && Shards.SequenceEqual(other.Shards);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Folder, Shards.Length);

    private static string Describe(ShardSource shard) =>
        $"slots {shard.Slots} of {shard.Endpoint.ToClientString()}"
        + (shard.Source == shard.Endpoint ? "" : $" from its replica {shard.Source.ToClientString()}");
}

/// <summary>What happens to a key that the cluster has already.</summary>
public enum ExistingKeys
{
    /// <summary>The cluster must not hold any key at all.</summary>
    Refuse,

    /// <summary>It stays as it is.</summary>
    Keep,

    /// <summary>It is overwritten.</summary>
    Replace,
}

/// <summary>RESTORE of every key of a backup, and FUNCTION LOAD of its functions, each where it belongs now.</summary>
/// <param name="Folder">The full path of the backup's folder.</param>
/// <param name="Files">Its RDB files.</param>
/// <param name="Masters">The masters with slots of the cluster.</param>
/// <param name="Existing">What happens to keys that are there already.</param>
/// <param name="Reason">Why.</param>
public sealed record RestoreBackup(
    string Folder, ImmutableArray<BackupFile> Files, ImmutableArray<NodeEndpoint> Masters, ExistingKeys Existing, string Reason) : PlanStep(Reason)
{
    /// <inheritdoc />
    public override string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"restore {Files.Length} {(Files.Length == 1 ? "file" : "files")} of {Folder}, {Files.Sum(file => file.Bytes)} bytes, into {Masters.Length} "
        + $"{(Masters.Length == 1 ? "master" : "masters")}{(Existing == ExistingKeys.Replace ? ", overwriting keys of the same name" : "")}");

    /// <inheritdoc />
    public bool Equals(RestoreBackup? other) =>
        other is not null && (Folder, Existing, Reason) == (other.Folder, other.Existing, other.Reason)
        && Files.SequenceEqual(other.Files) && Masters.SequenceEqual(other.Masters);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Folder, Files.Length, Masters.Length);
}

/// <summary>Copy or move every key of database 0 of a server that is in no cluster to where it belongs in the cluster.</summary>
/// <param name="Source">The server.</param>
/// <param name="Seeds">The masters with slots of the cluster.</param>
/// <param name="KeyCount">How many keys the server held when it was asked.</param>
/// <param name="Copy">Whether the keys stay on the server as well.</param>
/// <param name="Replace">Whether keys of the cluster with the same name are overwritten.</param>
/// <param name="Reason">Why.</param>
public sealed record ImportKeys(
    NodeEndpoint Source, ImmutableArray<NodeEndpoint> Seeds, long KeyCount, bool Copy, bool Replace, string Reason) : PlanStep(Reason)
{
    /// <summary>How to log in at the server: never shown, and never stored.</summary>
    internal ClusterConnectionSettings SourceSettings { get; init; } = new();

    /// <inheritdoc />
    public override string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Copy ? "copy" : "move")} {KeyCount} {(KeyCount == 1 ? "key" : "keys")} from {Source.ToClientString()}"
        + $"{(Copy ? "" : ", each deleted there once the cluster has it")}{(Replace ? ", overwriting keys of the same name" : "")}");

    /// <inheritdoc />
    public bool Equals(ImportKeys? other) =>
        other is not null && (Source, KeyCount, Copy, Replace, Reason) == (other.Source, other.KeyCount, other.Copy, other.Replace, other.Reason)
        && Seeds.SequenceEqual(other.Seeds);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Source, KeyCount, Copy, Replace);
}
