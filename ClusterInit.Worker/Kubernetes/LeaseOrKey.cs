using RedisCluster.Operations;
using RedisCluster.Topology;

namespace ClusterInit.Worker.Kubernetes;

/// <summary>
/// The Lease object, or a key of the cluster where the account may not touch the object. Two of one Deployment have the same rights, so
/// they end up with the same of the two; an API server that merely does not answer is waited for.
/// </summary>
internal sealed class LeaseOrKey(KubernetesLease lease, IReconcilerLease key, KubernetesSettings settings, ILogger logger) : IReconcilerLease
{
    private bool _usesKey;

    public async Task<LeaseStatus> HoldAsync(ClusterObservation observation, CancellationToken cancellationToken)
    {
        var status = await lease.HoldAsync(observation, cancellationToken).ConfigureAwait(false);
        if (lease.Forbidden is not { } problem)
        {
            if (_usesKey)
            {
                _usesKey = false;
                await key.ReleaseAsync(cancellationToken).ConfigureAwait(false);
            }

            return status;
        }

        if (!_usesKey)
        {
            _usesKey = true;
            KubernetesLog.LeaseForbidden(logger, settings.Lease, settings.Namespace, problem.Message);
        }

        return await key.HoldAsync(observation, cancellationToken).ConfigureAwait(false);
    }

    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        await lease.ReleaseAsync(cancellationToken).ConfigureAwait(false);
        await key.ReleaseAsync(cancellationToken).ConfigureAwait(false);
    }
}
