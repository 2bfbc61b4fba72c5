using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>What to restore.</summary>
/// <param name="Folder">The full path of the backup's folder.</param>
/// <param name="Manifest">What the backup consists of; its files were verified.</param>
/// <param name="Existing">What happens to keys that the cluster has already.</param>
public sealed record RestoreRequest(string Folder, BackupManifest Manifest, ExistingKeys Existing = ExistingKeys.Refuse);

/// <summary>Decides whether a backup may be loaded into a cluster. Pure: the same input gives the same plan.</summary>
public static class RestorePlanner
{
    /// <summary>The operation's name.</summary>
    public const string Operation = "restore";

    /// <summary>Plans a restore, into any number of shards. Refused where the cluster is not whole, or holds keys and nobody said what shall become of them.</summary>
    /// <param name="observation">All nodes of the cluster.</param>
    /// <param name="request">What is asked for.</param>
    /// <returns>One step, or a refusal.</returns>
    public static ClusterPlan Plan(ClusterObservation observation, RestoreRequest request)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(request);
        var cluster = ObservedCluster.Of(observation);
        var masters = cluster.Reference is null ? [] : BackupRules.Masters(cluster).ToList();
        ImmutableArray<Refusal> refusals =
        [
            .. BackupRules.Check(observation, "restored"),
            .. request.Existing == ExistingKeys.Refuse ? masters.SelectMany(master => HoldsKeys(cluster, master)) : [],
        ];
        return refusals.IsEmpty
            ? new()
            {
                Operation = Operation,
                Phases =
                [
                    new("restore",
                    [
                        new RestoreBackup(
                            request.Folder,
                            [.. request.Manifest.Shards.Select(shard => shard.File)],
                            [.. masters.Select(cluster.EndpointOf)],
                            request.Existing,
                            $"a backup of {request.Manifest.Shards.Length} shards, taken {request.Manifest.Shards.Max(shard => shard.TakenAt):u}"),
                    ]),
                ],
            }
            : new() { Operation = Operation, Refusals = refusals };
    }

    private static IEnumerable<Refusal> HoldsKeys(ObservedCluster cluster, ClusterNode master) =>
        cluster.Find(master.Id) is not { } said || said.KeyCount == 0
            ? []
            : [new(
                RefusalKind.HoldsKeys,
                said.Endpoint,
                $"{said.Endpoint.ToClientString()} holds {said.KeyCount?.ToString() ?? "an unknown number of"} keys: nothing was restored. "
                + "--replace overwrites keys of the same name (and goes on with an interrupted restore), --merge keeps them; other keys stay either way")];
}
