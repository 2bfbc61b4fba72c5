using RedisCluster.Operations.Backup;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Loads a backup into a cluster of any number of shards: every key with its value, expiry and place in the eviction order, and the functions.</summary>
/// <remarks>
/// <para>
/// The files are compared with the manifest before anything is sent. Then they are taken apart here and each value goes to the owner of its
/// key with RESTORE, in the encoding it was saved in; no server has to read the files, and a value asks for no newer server than its type
/// needs. What has expired since is not restored.
/// </para>
/// <para>
/// An interrupted restore leaves some keys behind; run again with <see cref="ExistingKeys.Replace"/> it goes through all of them once more.
/// </para>
/// </remarks>
public static class ClusterRestore
{
    /// <summary>Restores a backup.</summary>
    /// <param name="seeds">Some nodes of the cluster; the rest is found through them.</param>
    /// <param name="folder">Where the backup is.</param>
    /// <param name="existing">What happens to keys that the cluster has already.</param>
    /// <param name="options">How to do it.</param>
    /// <param name="progress">Told each step with its reason, and the bytes that are done; null for nobody.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ClusterException">
    /// It could not be done. <see cref="ClusterFault.Faults"/>: a file is damaged, the cluster is not whole, or a node does not take something;
    /// <see cref="ClusterFault.Refused"/>: the cluster holds keys, and nothing was restored.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<OperationResult> RunAsync(
        IReadOnlyList<NodeEndpoint> seeds,
        string folder,
        ExistingKeys existing,
        OperationOptions options,
        IProgress<ClusterProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(options);
        var source = new BackupFolder(folder);
        var manifest = source.ReadManifest();
        return await OperationRun.RunAsync(
            seeds,
            options,
            progress,
            async (run, observation, token) =>
            {
                var plan = RestorePlanner.Plan(observation, new(source.Path, manifest, existing));
                if (!plan.IsRefused)
                {
                    foreach (var file in manifest.Shards.Select(shard => shard.File).Append(manifest.Nodes))
                    {
                        await source.VerifyAsync(file, token).ConfigureAwait(false);
                        run.Log.Report($"{file.Name} is as it was written", "SHA-256");
                    }
                }

                return plan;
            },
            cancellationToken).ConfigureAwait(false);
    }
}
