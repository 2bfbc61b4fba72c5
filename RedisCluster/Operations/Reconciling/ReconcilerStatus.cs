using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>What a reconciler saw at a look, and what it makes of it.</summary>
/// <param name="Time">When the look began.</param>
/// <param name="Decision">What the cluster needs.</param>
/// <param name="Lease">Who may act.</param>
/// <param name="UnderWay">The plan that is being carried out; null when there is none.</param>
/// <param name="Observation">What the nodes said.</param>
public sealed record ReconcilerStatus(
    DateTimeOffset Time, ReconcileDecision Decision, LeaseStatus Lease, ReconcileDecision? UnderWay, ClusterObservation Observation);

/// <summary>Is told what a reconciler does, one call at a time for looks and one for plans. Must not throw, and not take long.</summary>
public interface IReconcilerObserver
{
    /// <summary>After every look.</summary>
    void Looked(ReconcilerStatus status);

    /// <summary>Something went wrong that is tried again: one line.</summary>
    void Failed(string message);

    /// <summary>A plan is being carried out from now on.</summary>
    void PlanStarted(ReconcileDecision decision);

    /// <summary>A step was done.</summary>
    void StepDone(ClusterProgress progress);

    /// <summary>A phase of the plan was done.</summary>
    void PhaseDone(ReconcileDecision decision, string phase, TimeSpan elapsed);

    /// <summary>The plan is over.</summary>
    /// <param name="decision">What it was about.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="problem">Why it was not done, in one line; null when it was.</param>
    void PlanEnded(ReconcileDecision decision, TimeSpan elapsed, string? problem);
}
