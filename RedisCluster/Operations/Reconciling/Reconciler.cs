using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>
/// Keeps a cluster what it shall be: looks, decides, and carries out one plan at a time, as long as it holds the lease. It goes on whatever
/// nodes do, and never gives up.
/// </summary>
/// <param name="source">What cluster there shall be.</param>
/// <param name="lease">The right to act. Where nobody can say who has it, because no cluster works, what is safe for several is done without.</param>
/// <param name="options">How it works.</param>
/// <param name="observer">Is told what is done.</param>
public sealed class Reconciler(IDesiredClusterSource source, IReconcilerLease lease, ReconcilerOptions options, IReconcilerObserver observer) : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SoonFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(1);

    private readonly PlanPacing _pacing = new(options.TimeProvider);
    private ReconcileMemory _memory = ReconcileMemory.Empty;
    private DesiredCluster? _desired;
    private PlanUnderWay? _underWay;
    private (string Diagnosis, long Since) _diagnosis = ("", 0);

    /// <summary>The hook after each step of a plan.</summary>
    internal AfterStep? AfterStep { get; init; }

    /// <summary>Works until it is told to stop, and then as <see cref="DisposeAsync"/>. To be called once.</summary>
    /// <param name="cancellationToken">Tells it to stop.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var pause = await LookAsync(cancellationToken).ConfigureAwait(false);
                await PauseAsync(pause, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The usual end.
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Ends the plan that is under way and gives the lease back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_underWay is { } plan)
        {
            _underWay = null;
            await plan.DisposeAsync().ConfigureAwait(false);
        }

        using var limit = new CancellationTokenSource(ReleaseLimit, options.TimeProvider);
        try
        {
            await lease.ReleaseAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It expires.
        }
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        // What a plan has changed is looked at as soon as it is over.
        var delay = Task.Delay(pause, options.TimeProvider, cancellationToken);
        await (_underWay is null ? delay : Task.WhenAny(delay, _underWay.Ended)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>One look; the time until the next one.</summary>
    private async Task<TimeSpan> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await ReadAsync(cancellationToken).ConfigureAwait(false) is not { } desired)
            {
                return options.Interval;
            }

            var observation = await ClusterObserver.ObserveAsync(
                [.. desired.Nodes.Select(node => node.Endpoint)], discover: true, options.LookConnection, cancellationToken).ConfigureAwait(false);
            await CollectAsync().ConfigureAwait(false);
            (var decision, _memory) = ReconcilePlanner.Plan(observation, desired, _memory);
            var held = await lease.HoldAsync(observation, cancellationToken).ConfigureAwait(false);
            Act(decision, observation, held, cancellationToken);
            observer.Looked(new(observation.Time, decision, held, _underWay?.Decision, observation));
            return PauseAfter(decision);
        }
        catch (Exception error) when (error is not InjectedKillException && !(error is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // Whatever it was: the next look starts from what the nodes say then.
            observer.Failed($"{error.GetType().Name}: {error.Message}");
            return options.Interval;
        }
    }

    private async Task<DesiredCluster?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            _desired = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ClusterException error)
        {
            observer.Failed(error.Message);
        }

        return _desired;
    }

    private async Task CollectAsync()
    {
        if (_underWay is { Ended.IsCompleted: true } plan)
        {
            _underWay = null;
            _pacing.Ended(plan.Decision, await plan.Ended.ConfigureAwait(false) is null);
            await plan.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Act(ReconcileDecision decision, ClusterObservation observation, LeaseStatus held, CancellationToken cancellationToken)
    {
        if (_underWay is { } plan)
        {
            if (!MayGoOn(plan.Decision, decision, held))
            {
                plan.Stop();
            }
            else if (held.Holding == LeaseHolding.Mine && !plan.Decision.IsSafeForSeveral)
            {
                plan.Extend(held.ValidFor);
            }

            return;
        }

        if (decision.Kind == ReconcileKind.Steady)
        {
            _pacing.Clear();
        }

        if (decision.IsActionable && MayAct(decision, held) && _pacing.MayTry(decision))
        {
            _underWay = new(decision, [.. observation.Reachable.Select(node => node.Endpoint)], options, observer, AfterStep, cancellationToken);
            if (!decision.IsSafeForSeveral)
            {
                _underWay.Extend(held.ValidFor);
            }
        }
    }

    private static bool MayAct(ReconcileDecision decision, LeaseStatus held) =>
        held is { Holding: LeaseHolding.Mine, ValidFor.Ticks: not 0 } || (held.Holding == LeaseHolding.Unavailable && decision.IsSafeForSeveral);

    // Nothing else makes sense while nodes do not reach each other, unless they are just being introduced. That a lease cannot be renewed
    // for a moment is what its time is for.
    private static bool MayGoOn(ReconcileDecision underWay, ReconcileDecision now, LeaseStatus held) =>
        underWay.IsSafeForSeveral
        || (held.Holding != LeaseHolding.Others
            && (now.Kind is not (ReconcileKind.MeetAgain or ReconcileKind.Form) || underWay.Plan is { Joining.IsEmpty: false }));

    private TimeSpan PauseAfter(ReconcileDecision decision)
    {
        if (_diagnosis.Diagnosis != decision.Diagnosis)
        {
            _diagnosis = (decision.Diagnosis, options.TimeProvider.GetTimestamp());
        }

        var isFresh = options.TimeProvider.GetElapsedTime(_diagnosis.Since) < SoonFor;
        return decision.Kind != ReconcileKind.Steady && isFresh && Soon < options.Interval ? Soon : options.Interval;
    }
}
