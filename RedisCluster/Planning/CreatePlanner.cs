using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Decides what turns the observed nodes into the cluster asked for. Pure: the same input gives the same plan.</summary>
public static class CreatePlanner
{
    /// <summary>Plans the creation of a cluster, or what is left of one that was interrupted.</summary>
    /// <remarks>
    /// <para>
    /// A cluster that consists of exactly the requested nodes and has an owner for every slot is left alone, whoever is a master by now and
    /// whether it holds keys or not. Nodes that did not answer count as part of it when their peers know them; look at the observation, or
    /// run <see cref="ClusterChecker"/>, to learn how it is.
    /// </para>
    /// <para>
    /// Anything else is formed only when no node knows a stranger, none holds keys, and the slots and roles already taken are ones that a
    /// creation of the same cluster would have given out. Everything else is refused, data first.
    /// </para>
    /// </remarks>
    /// <param name="observation">What the requested nodes said, in any order; entries for other nodes are ignored.</param>
    /// <param name="request">The cluster asked for.</param>
    /// <returns>Steps, nothing to do, or a refusal. Never throws for what nodes or users say.</returns>
    public static CreatePlan Plan(ClusterObservation observation, CreateRequest request)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(request);
        ImmutableArray<Refusal> refusals = [.. CreateRequestRules.Check(request)];
        if (!refusals.IsEmpty)
        {
            return Refuse(refusals);
        }

        var members = MemberSet.Of(observation, request);
        var isWhole = FormedCluster.IsWhole(members);
        if (isWhole && !FormedCluster.LacksReplicas(members, request))
        {
            return LeaveAlone(request, members);
        }

        refusals = [.. AdmissionRules.Check(members, onlyReplicasMissing: isWhole)];
        if (!refusals.IsEmpty)
        {
            return Refuse(refusals);
        }

        var (layout, refusal) = LayoutPlanner.Plan(request, members);
        return layout is null ? Refuse([refusal!]) : Form(request, members, layout);
    }

    private static CreatePlan Refuse(ImmutableArray<Refusal> refusals) => new() { Outcome = PlanOutcome.Refused, Refusals = refusals };

    private static CreatePlan LeaveAlone(CreateRequest request, MemberSet members)
    {
        // Only a run of ours lowers the timeout; where every node is well, what it did not live to see is looked at again.
        var timeouts = new NodeTimeouts(request, members);
        if (members.All.Any(timeouts.IsLowered)
            && members.All.All(m => m.View is { } view && !view.Nodes.Any(n => n.IsFailed || n.IsPossiblyFailed))
            && AdmissionRules.Check(members, onlyReplicasMissing: true).FirstOrDefault() is null
            && LayoutPlanner.Plan(request, members).Layout is { } layout)
        {
            var phases = new CreateSteps(request, members, layout).Write();
            if (phases.SelectMany(p => p.Steps).All(s => s is not (AddSlots or SetConfigEpoch or Replicate)))
            {
                return new CreatePlan { Outcome = PlanOutcome.Steps, Phases = phases, Layout = layout };
            }
        }

        return new CreatePlan { Outcome = PlanOutcome.AlreadyFormed, Phases = CreateSteps.WriteRestoreOnly(request, members) };
    }

    private static CreatePlan Form(CreateRequest request, MemberSet members, ClusterLayout layout) =>
        new()
        {
            Outcome = PlanOutcome.Steps,
            Phases = new CreateSteps(request, members, layout).Write(),
            Layout = layout,
            Warnings = [.. Warnings(request, layout)],
        };

    private static IEnumerable<string> Warnings(CreateRequest request, ClusterLayout layout)
    {
        var over = request.Nodes.Length - (layout.Shards.Length * (request.ReplicasPerShard + 1));
        if (over > 0)
        {
            yield return $"{request.Nodes.Length} nodes are {layout.Shards.Length} shards of {request.ReplicasPerShard + 1} and {over} left over, which become additional replicas.";
        }

        if (layout.Score.OnMasterHost > 0)
        {
            yield return $"{layout.Score.OnMasterHost} replicas share the host of their master: with these hosts there is no better placement.";
        }
    }
}
