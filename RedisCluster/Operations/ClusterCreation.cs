using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Forms a cluster of nodes, or finishes what an earlier run began, or leaves a formed one alone.</summary>
public static class ClusterCreation
{
    /// <summary>Waits for the nodes, forms the cluster and returns when it is usable: state ok everywhere, replica links up, writes accepted by each shard.</summary>
    /// <param name="nodes">All nodes of the cluster; the order decides who becomes a master.</param>
    /// <param name="options">What to form.</param>
    /// <param name="progress">Told each step with its reason, on the thread that does it; null for nobody.</param>
    /// <param name="cancellationToken">Ends the run; a later run takes up where it stopped.</param>
    /// <exception cref="ClusterException">It could not be done; <see cref="ClusterException.Fault"/> says why.</exception>
    public static Task<CreateResult> RunAsync(
        IReadOnlyList<NodeEndpoint> nodes, CreateOptions options, IProgress<ClusterProgress>? progress = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();
}
