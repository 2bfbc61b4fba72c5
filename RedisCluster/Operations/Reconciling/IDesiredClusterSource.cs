using RedisCluster.Planning;

namespace RedisCluster.Operations;

/// <summary>Tells a reconciler what cluster there shall be, anew at every look: a setting, a file, an orchestrator's objects.</summary>
public interface IDesiredClusterSource
{
    /// <summary>What there shall be now.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ClusterException">It cannot be told at the moment; the message says why. The reconciler goes on with what it knew before.</exception>
    ValueTask<DesiredCluster> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>The same cluster at every look.</summary>
/// <param name="cluster">The cluster there shall be. Names in it are resolved anew at every look all the same.</param>
public sealed class FixedClusterSource(DesiredCluster cluster) : IDesiredClusterSource
{
    /// <inheritdoc />
    public ValueTask<DesiredCluster> ReadAsync(CancellationToken cancellationToken) => ValueTask.FromResult(cluster);
}
