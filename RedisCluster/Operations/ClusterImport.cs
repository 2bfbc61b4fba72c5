using RedisCluster.Operations.Backup;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>What to import, and how.</summary>
public sealed record ImportOptions
{
    /// <summary>The server, which is in no cluster.</summary>
    public required NodeEndpoint Source { get; init; }

    /// <summary>How to reach it.</summary>
    public ClusterConnectionSettings Connection { get; init; } = new();

    /// <summary>Whether the keys stay there as well; otherwise each is deleted there when the cluster has it.</summary>
    public bool Copy { get; init; }

    /// <summary>Whether keys of the cluster with the same name are overwritten; otherwise such keys stay on the source.</summary>
    public bool Replace { get; init; }
}

/// <summary>Brings the keys of a server that is in no cluster into a cluster, each to the owner of its slot, with its expiry.</summary>
/// <remarks>
/// <para>
/// The source may be written to meanwhile. A key that moves is deleted there only while it is exactly what was copied. A key written to
/// there after it was copied (<see cref="ImportOptions.Copy"/>), or made there while the import runs, may be missed, as with any copy of a live server.
/// </para>
/// <para>
/// It can be interrupted and run again at any point: what has been copied and not yet deleted is recognised by its value.
/// </para>
/// </remarks>
public static class ClusterImport
{
    /// <summary>Imports all keys of database 0.</summary>
    /// <param name="seeds">Some nodes of the cluster; the rest is found through them.</param>
    /// <param name="import">What to import.</param>
    /// <param name="options">How to do it.</param>
    /// <param name="progress">Told each step with its reason, and the keys that are done; null for nobody.</param>
    /// <param name="cancellationToken">Ends it; a later run goes on.</param>
    /// <exception cref="ClusterException">
    /// It could not be done. <see cref="ClusterFault.Usage"/>: the source is a cluster node; <see cref="ClusterFault.Refused"/>: it has keys in
    /// other databases; <see cref="ClusterFault.Faults"/>: the cluster is not whole, or some keys stayed behind, which the message names.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<OperationResult> RunAsync(
        IReadOnlyList<NodeEndpoint> seeds,
        ImportOptions import,
        OperationOptions options,
        IProgress<ClusterProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentNullException.ThrowIfNull(import);
        ArgumentNullException.ThrowIfNull(options);
        var source = await SourceServer.ObserveAsync(import.Source, import.Connection, cancellationToken).ConfigureAwait(false);
        return await OperationRun.RunAsync(
            seeds,
            options,
            progress,
            observation =>
            {
                var plan = ImportPlanner.Plan(observation, new(source, import.Copy, import.Replace));
                return plan with
                {
                    // How to log in is no part of a plan, which may be shown and stored.
                    Phases = [.. plan.Phases.Select(phase => phase with
                    {
                        Steps = [.. phase.Steps.Select(step => step is ImportKeys keys ? keys with { SourceSettings = import.Connection } : step)],
                    })],
                };
            },
            cancellationToken).ConfigureAwait(false);
    }
}
