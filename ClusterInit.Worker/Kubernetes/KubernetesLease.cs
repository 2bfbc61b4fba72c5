using k8s;
using k8s.Models;
using RedisCluster.Operations;
using RedisCluster.Topology;

namespace ClusterInit.Worker.Kubernetes;

/// <summary>
/// A lease that is a Lease object. Every write carries the version that was read, so of two that take it at once one is refused. Whether
/// another's lease has run out is told by how long it has been seen unchanged here: clocks of two machines are never compared.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="settings">Which object.</param>
/// <param name="holder">Who asks: unique, and the same again after a restart in place, which then need not wait.</param>
/// <param name="time">The source of time.</param>
internal sealed class KubernetesLease(IKubernetes api, KubernetesSettings settings, string holder, TimeProvider time) : IReconcilerLease
{
    /// <summary>As the parts of Kubernetes itself have it.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan RenewAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AskAfter = TimeSpan.FromSeconds(1);

    private (LeaseStatus Status, long At)? _last;
    private (string Version, long Since)? _others;
    private long? _held;

    /// <summary>The last answer was that the object may not be touched, as opposed to none at all.</summary>
    public ApiProblem? Forbidden { get; private set; }

    public async Task<LeaseStatus> HoldAsync(ClusterObservation observation, CancellationToken cancellationToken)
    {
        if (_last is { } last && time.GetElapsedTime(last.At) < (last.Status.Holding == LeaseHolding.Mine ? RenewAfter : AskAfter))
        {
            return last.Status with { ValidFor = ValidFor() };
        }

        var asked = time.GetTimestamp();
        var status = await AskAsync(asked, cancellationToken).ConfigureAwait(false);
        _last = (status, asked);
        return status;
    }

    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (_held is null)
        {
            return;
        }

        (_held, _last) = (null, null);
        try
        {
            var lease = await ReadAsync(cancellationToken).ConfigureAwait(false);
            if (lease?.Spec?.HolderIdentity == holder)
            {
                // A second, as others do: none would be refused.
                (lease.Spec.HolderIdentity, lease.Spec.LeaseDurationSeconds, lease.Spec.RenewTime) = ("", 1, Now());
                await ReplaceAsync(lease, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && ApiProblem.Of(error) is not null)
        {
            // It expires.
        }
    }

    private async Task<LeaseStatus> AskAsync(long asked, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(settings.RequestTimeout);
        try
        {
            var lease = await ReadAsync(limit.Token).ConfigureAwait(false);
            Forbidden = null;
            if (lease is null)
            {
                await api.CoordinationV1.CreateNamespacedLeaseAsync(New(), settings.Namespace, cancellationToken: limit.Token).ConfigureAwait(false);
                return Mine(asked);
            }

            if (!MayTake(lease))
            {
                _held = null;
                return new(LeaseHolding.Others, lease.Spec.HolderIdentity);
            }

            Take(lease);
            await ReplaceAsync(lease, limit.Token).ConfigureAwait(false);
            return Mine(asked);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && ApiProblem.Of(error) is { } problem)
        {
            return Refused(problem);
        }
    }

    private LeaseStatus Refused(ApiProblem problem)
    {
        Forbidden = problem.IsForbidden ? problem : null;
        if (!problem.IsConflict)
        {
            return new(LeaseHolding.Unavailable, problem.Message);
        }

        // Somebody was faster. Who, the next look tells.
        _held = null;
        return new(LeaseHolding.Others, "another one that was faster");
    }

    private bool MayTake(V1Lease lease)
    {
        var spec = lease.Spec ??= new V1LeaseSpec();
        if (string.IsNullOrEmpty(spec.HolderIdentity) || spec.HolderIdentity == holder)
        {
            return true;
        }

        var version = lease.Metadata.ResourceVersion ?? "";
        if (_others is not { } others || others.Version != version)
        {
            _others = (version, time.GetTimestamp());
            return false;
        }

        return time.GetElapsedTime(others.Since) > TimeSpan.FromSeconds(spec.LeaseDurationSeconds ?? Duration.TotalSeconds);
    }

    private void Take(V1Lease lease)
    {
        var spec = lease.Spec;
        if (spec.HolderIdentity != holder)
        {
            (spec.HolderIdentity, spec.AcquireTime, spec.LeaseTransitions) = (holder, Now(), (spec.LeaseTransitions ?? 0) + 1);
        }

        (spec.RenewTime, spec.LeaseDurationSeconds) = (Now(), (int)Duration.TotalSeconds);
    }

    private LeaseStatus Mine(long asked)
    {
        _held = asked;
        return new(LeaseHolding.Mine, holder, ValidFor());
    }

    // Counted from before the request: the server may have written it at any time since.
    private TimeSpan ValidFor() => _held is { } held && Duration - time.GetElapsedTime(held) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    private async Task<V1Lease?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await api.CoordinationV1.ReadNamespacedLeaseAsync(settings.Lease, settings.Namespace, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (k8s.Autorest.HttpOperationException error) when (ApiProblem.Of(error) is { IsNotFound: true })
        {
            return null;
        }
    }

    private Task<V1Lease> ReplaceAsync(V1Lease lease, CancellationToken cancellationToken) =>
        api.CoordinationV1.ReplaceNamespacedLeaseAsync(lease, settings.Lease, settings.Namespace, cancellationToken: cancellationToken);

    private V1Lease New() => new()
    {
        Metadata = new() { Name = settings.Lease, NamespaceProperty = settings.Namespace },
        Spec = new()
        {
            HolderIdentity = holder,
            AcquireTime = Now(),
            RenewTime = Now(),
            LeaseDurationSeconds = (int)Duration.TotalSeconds,
            LeaseTransitions = 0,
        },
    };

    // A time of whole seconds is written by the client without a fraction, and then not read by the server.
    private DateTime Now() =>
        time.GetUtcNow().UtcDateTime is var now && now.Ticks % TimeSpan.TicksPerSecond < TimeSpan.TicksPerMicrosecond ? now.AddMicroseconds(1) : now;
}
