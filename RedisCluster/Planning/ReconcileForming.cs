using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Nodes that are no cluster yet, or were left half way by a run that was killed while it formed one.</summary>
internal static class ReconcileForming
{
    /// <summary>Whoever lowered the timeouts, perhaps another one that is at it, puts them back within this time.</summary>
    private static readonly TimeSpan LoweredAtMost = TimeSpan.FromSeconds(3);

    public static ReconcileDecision? Decide(ReconcileSituation situation, ClusterObservation observation)
    {
        var request = situation.Desired.ToRequest();
        if (!situation.IsStanding)
        {
            return Form(situation, CreatePlanner.Plan(observation, request));
        }

        var lowered = situation.Members.Where(member => member.Observation!.NodeTimeout == request.FormingNodeTimeout && request.NodeTimeout != request.FormingNodeTimeout).ToList();
        if (lowered.Count == 0)
        {
            return null;
        }

        if (!situation.Watch.HasLasted("node timeouts lowered", LoweredAtMost))
        {
            return new(ReconcileKind.Waiting, "node timeouts are lowered: whoever does it is given the time to put them back");
        }

        var plan = CreatePlanner.Plan(observation, request);
        if (plan is { Outcome: PlanOutcome.Steps, Layout: not null })
        {
            return Form(situation, plan);
        }

        var usual = request.NodeTimeout
            ?? situation.Members.Except(lowered).Select(member => member.Observation!.NodeTimeout).Max()
            ?? NodeTimeouts.ServerDefault;
        return new(
            ReconcileKind.RestoreTimeouts,
            $"{lowered.Count} nodes have the lowered timeout of a run that was killed",
            new ClusterPlan
            {
                Operation = "restore-timeouts",
                Phases = [new("restore", [.. lowered.Select(member => new RestoreNodeTimeout(member.Endpoint, usual, "an interrupted run had lowered it"))])],
            });
    }

    private static ReconcileDecision Form(ReconcileSituation situation, CreatePlan plan)
    {
        if (plan.Outcome == PlanOutcome.Steps)
        {
            var fresh = situation.Members.IsEmpty;
            return new(
                ReconcileKind.Form,
                fresh ? $"{situation.Places.Length} fresh nodes" : "an earlier run was interrupted while it formed the cluster",
                new ClusterPlan { Operation = "form", Phases = plan.Phases, Warnings = plan.Warnings })
            {
                Layout = plan.Layout,
            };
        }

        var refusal = plan.Refusals.FirstOrDefault(refusal => refusal.Kind is not RefusalKind.Unreachable);
        var silent = situation.At(PlaceState.Silent).ToList();
        return refusal is not null ? new(ReconcileKind.LeftAlone, refusal.Message)
            : silent.Count > 0 ? new(ReconcileKind.Waiting, $"waiting for {ReconcileText.Silent(silent)}")
            : new(ReconcileKind.LeftAlone, "slots have no owner");
    }
}
