using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Who holds a lease.</summary>
public enum LeaseHolding
{
    /// <summary>Nobody can say: there is nowhere to ask at the moment.</summary>
    Unavailable,

    /// <summary>The one that asks.</summary>
    Mine,

    /// <summary>Another one.</summary>
    Others,
}

/// <summary>What asking for a lease led to.</summary>
/// <param name="Holding">Who holds it.</param>
/// <param name="Detail">The holder, or why nobody can say; one line for people.</param>
/// <param name="ValidFor">How long it is held unless it is renewed; zero unless it is <see cref="LeaseHolding.Mine"/>.</param>
public sealed record LeaseStatus(LeaseHolding Holding, string Detail, TimeSpan ValidFor = default);

/// <summary>The right to act on a cluster, held by one reconciler at a time, and lost when it is not renewed.</summary>
public interface IReconcilerLease
{
    /// <summary>Takes the lease where it is free and renews it where it is held.</summary>
    /// <param name="observation">The cluster as just seen.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <returns>Who holds it now. Nothing is thrown for what the other side does.</returns>
    Task<LeaseStatus> HoldAsync(ClusterObservation observation, CancellationToken cancellationToken);

    /// <summary>Gives the lease up, if it is held, so that another one need not wait until it expires.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    Task ReleaseAsync(CancellationToken cancellationToken);
}

/// <summary>For a reconciler that is the only one.</summary>
public sealed class NoLease : IReconcilerLease
{
    /// <inheritdoc />
    public Task<LeaseStatus> HoldAsync(ClusterObservation observation, CancellationToken cancellationToken) =>
        Task.FromResult(new LeaseStatus(LeaseHolding.Mine, "no lease is used", Timeout.InfiniteTimeSpan));

    /// <inheritdoc />
    public Task ReleaseAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
