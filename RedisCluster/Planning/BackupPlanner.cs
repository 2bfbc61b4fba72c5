using System.Collections.Immutable;
using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>What a folder holds, as far as a backup into it is concerned.</summary>
public enum FolderContent
{
    /// <summary>Nothing, or it does not exist yet.</summary>
    Nothing,

    /// <summary>A backup that was interrupted, and nothing else.</summary>
    UnfinishedBackup,

    /// <summary>A whole backup.</summary>
    Backup,

    /// <summary>Something else.</summary>
    OtherFiles,
}

/// <summary>What to back up, and where to.</summary>
/// <param name="Folder">The full path of the folder.</param>
/// <param name="Content">What the folder holds.</param>
/// <param name="PreferReplicas">Whether to take the data from a replica where one is in step, so that the master has no snapshot to make.</param>
public sealed record BackupRequest(string Folder, FolderContent Content, bool PreferReplicas = false);

/// <summary>Decides what a backup takes from where. Pure: the same input gives the same plan.</summary>
public static class BackupPlanner
{
    /// <summary>The operation's name.</summary>
    public const string Operation = "backup";

    /// <summary>Bytes of the replication stream that a replica may be behind and still stand in for its master.</summary>
    private const long InStep = 1024 * 1024;

    /// <summary>Plans a backup. Refused where files are in the way, a master with slots does not answer, or the owner of a slot is not clear.</summary>
    /// <param name="observation">All nodes of the cluster.</param>
    /// <param name="request">What is asked for.</param>
    /// <returns>One step, or a refusal.</returns>
    public static ClusterPlan Plan(ClusterObservation observation, BackupRequest request)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(request);
        ImmutableArray<Refusal> refusals = [.. Refuse(request), .. BackupRules.Check(observation, "saved")];
        if (!refusals.IsEmpty)
        {
            return new() { Operation = Operation, Refusals = refusals };
        }

        var cluster = ObservedCluster.Of(observation);
        var warnings = ImmutableArray.CreateBuilder<string>();
        var shards = BackupRules.Masters(cluster).Select((master, i) => Source(cluster, master, i + 1, request, warnings)).ToImmutableArray();
        var reason = request.Content == FolderContent.UnfinishedBackup ? "an interrupted backup there is begun anew" : "all at the same time, so that they belong together";
        return new()
        {
            Operation = Operation,
            Phases = [new("save", [new TakeBackup(request.Folder, shards, request.PreferReplicas, reason)])],
            Warnings = warnings.ToImmutable(),
        };
    }

    private static IEnumerable<Refusal> Refuse(BackupRequest request) => request.Content switch
    {
        FolderContent.Backup => [new(RefusalKind.FilesInTheWay, null, $"{request.Folder} holds a backup already, which is never overwritten: name another folder")],
        FolderContent.OtherFiles => [new(RefusalKind.FilesInTheWay, null, $"{request.Folder} holds files that are no backup of this tool: name an empty or a new folder")],
        _ => [],
    };

    private static ShardSource Source(ObservedCluster cluster, ClusterNode master, int number, BackupRequest request, ImmutableArray<string>.Builder warnings)
    {
        var endpoint = cluster.EndpointOf(master);
        var source = endpoint;
        if (request.PreferReplicas)
        {
            var offset = cluster.Find(master.Id)!.Replication?.Offset ?? 0;
            var replica = cluster.ReplicasOf(master.Id)
                .Select(node => cluster.Find(node.Id))
                .Where(node => node?.Replication is { IsMasterLinkUp: true, IsSyncInProgress: not true } replication && offset - replication.Offset <= InStep)
                .MaxBy(node => node!.Replication!.Offset);
            source = replica?.Endpoint ?? endpoint;
            if (replica is null)
            {
                warnings.Add($"{endpoint.ToClientString()} has no replica in step with it: its data is taken from the master itself");
            }
        }

        var file = string.Create(CultureInfo.InvariantCulture, $"shard-{number:00}-{master.Id.ToShortString()}.rdb");
        return new(master.Id, endpoint, source, master.Slots, master.ConfigEpoch, file);
    }
}
