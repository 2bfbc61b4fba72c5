using RedisCluster.Operations.Backup;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Saves all data of a cluster to a folder: an RDB file per shard, what the nodes were, and a manifest with checksums.</summary>
/// <remarks>
/// <para>
/// The snapshots are taken over the replication protocol, as a replica gets its first copy, all at the same time; the servers go on serving.
/// What consistent means for the set stands with <see cref="BackupManifest"/>. It holds by looking before and after: where a slot was being
/// moved, or changed its owner meanwhile, the snapshots are thrown away and taken again, three times at most.
/// </para>
/// <para>
/// A folder is only written to when it is new, empty, or holds an interrupted backup of this tool, which is begun anew. It is a whole backup
/// exactly when it holds a manifest and no mark of an unfinished one.
/// </para>
/// </remarks>
public static class ClusterBackup
{
    /// <summary>Takes a backup.</summary>
    /// <param name="seeds">Some nodes of the cluster; the rest is found through them.</param>
    /// <param name="folder">Where to; it is made when it does not exist.</param>
    /// <param name="preferReplicas">Whether to take the data from a replica where one is in step.</param>
    /// <param name="options">How to do it.</param>
    /// <param name="progress">Told each step with its reason; null for nobody.</param>
    /// <param name="cancellationToken">Ends it; a later run begins anew.</param>
    /// <exception cref="ClusterException">
    /// It could not be done. <see cref="ClusterFault.Refused"/>: files are in the way; <see cref="ClusterFault.Faults"/>: the cluster is not
    /// whole, or the slots kept changing hands. Nothing of the user's was overwritten.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<OperationResult> RunAsync(
        IReadOnlyList<NodeEndpoint> seeds,
        string folder,
        bool preferReplicas,
        OperationOptions options,
        IProgress<ClusterProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var target = new BackupFolder(folder);
        return OperationRun.RunAsync(
            seeds, options, progress, observation => BackupPlanner.Plan(observation, new(target.Path, target.Inspect(), preferReplicas)), cancellationToken);
    }
}
