using RedisCluster.Operations.Fix;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Observes a cluster and says what is wrong with it.</summary>
public static class ClusterCheck
{
    /// <summary>Observes the cluster that the seeds belong to and checks it. Takes one round trip per node, all nodes at once.</summary>
    /// <param name="seeds">Some nodes of the cluster; the rest is found through them.</param>
    /// <param name="settings">How to reach them.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="ClusterException">No seed answers (<see cref="ClusterFault.Unreachable"/>), or there is none (<see cref="ClusterFault.Usage"/>).</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<CheckReport> RunAsync(
        IReadOnlyList<NodeEndpoint> seeds, ClusterConnectionSettings settings, CancellationToken cancellationToken = default) =>
        RunAsync(seeds, settings, new CheckOptions(), searchMultipleOwners: false, cancellationToken);

    /// <summary>As above, by what the options say.</summary>
    /// <param name="seeds">Some nodes of the cluster; the rest is found through them.</param>
    /// <param name="settings">How to reach them.</param>
    /// <param name="options">What to go by.</param>
    /// <param name="searchMultipleOwners">Whether to count the keys of every slot on every master, so that those outside their owner are found.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="ClusterException">No seed answers (<see cref="ClusterFault.Unreachable"/>), or there is none (<see cref="ClusterFault.Usage"/>).</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<CheckReport> RunAsync(
        IReadOnlyList<NodeEndpoint> seeds,
        ClusterConnectionSettings settings,
        CheckOptions options,
        bool searchMultipleOwners,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        if (seeds.Count == 0)
        {
            throw new ClusterException(ClusterFault.Usage, "no node was given: name at least one as host:port");
        }

        var observation = await ClusterObserver.ObserveAsync(seeds, discover: true, settings, cancellationToken).ConfigureAwait(false);
        if (!observation.Reachable.Any())
        {
            throw new ClusterException(ClusterFault.Unreachable, $"no node answers: {Problems.List(observation.Nodes)}");
        }

        var keys = searchMultipleOwners ? await CountKeysAsync(observation, settings, cancellationToken).ConfigureAwait(false) : options.Keys;
        return ClusterChecker.Check(observation, options with { Keys = keys });
    }

    /// <summary>Counts the keys of every slot on every master that answered, pipelined; a master that said it holds none is not asked.</summary>
    /// <param name="observation">The cluster.</param>
    /// <param name="settings">How to reach its nodes.</param>
    /// <param name="cancellationToken">Ends the counting.</param>
    /// <returns>The counts, for <see cref="CheckOptions.Keys"/>.</returns>
    /// <exception cref="ClusterException">A master does not answer any more (<see cref="ClusterFault.Unreachable"/>).</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<SlotKeys> CountKeysAsync(
        ClusterObservation observation, ClusterConnectionSettings settings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(settings);
        var pool = new NodePool(settings);
        await using var _ = pool.ConfigureAwait(false);
        try
        {
            var masters = observation.Reachable.Where(node => node.View is { Myself.IsMaster: true });
            return await SlotKeyReader.ReadAsync(pool, masters, SlotSet.All, cancellationToken).ConfigureAwait(false);
        }
        catch (RespException error)
        {
            throw new ClusterException(ClusterFault.Unreachable, error.Message, error);
        }
    }
}
