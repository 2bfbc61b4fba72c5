using FsCheck.Xunit;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.Planning;

public sealed class DelNodePlannerTests
{
    [Fact]
    public void A_master_gives_its_slots_away_first_and_its_replica_finds_another()
    {
        var cluster = SimulatedCluster.Formed(Requests.Local(8, 1));
        var leaving = cluster[3];
        var plan = Plan(cluster, leaving);
        Assert.Equal(["drain", "replicas", "sync", "forget", "reset", "gone"], plan.Phases.Select(phase => phase.Name));
        Assert.Equal(leaving.Slots, plan.Steps.OfType<MoveSlots>().Aggregate(SlotSet.Empty, (all, move) => all.Union(move.Slots)));
        Assert.All(plan.Steps.OfType<MoveSlots>(), move => Assert.Equal(leaving.Endpoint, move.Source));
        var replica = cluster.Nodes.Single(n => n.Master == leaving);
        Assert.Equal(replica.Endpoint, plan.Steps.OfType<Replicate>().Single().Node);
        Assert.Equal(7, plan.Steps.OfType<Forget>().Count());
        Assert.Equal([leaving.Endpoint], plan.Leaving);
        Assert.Empty(plan.Warnings);
        Assert.DoesNotContain(Plan(cluster, leaving, reset: false).Steps, step => step is ResetNode);
    }

    [Fact]
    public void A_replica_just_leaves_and_what_that_costs_is_said()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        var plan = Plan(cluster, cluster[3]);
        Assert.Equal(["forget", "reset", "gone"], plan.Phases.Select(phase => phase.Name));
        Assert.Contains("has no other working replica", Assert.Single(plan.Warnings), StringComparison.Ordinal);
        Assert.Contains("2 masters with slots are left", Assert.Single(Plan(cluster, cluster[0]).Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_dead_node_without_slots_is_forgotten_and_cannot_be_reset()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        cluster.FailOver(cluster.Nodes.First(n => n.Master == cluster[0]), isOldMasterDown: true);
        var plan = Plan(cluster, cluster[0]);
        Assert.Equal(["forget", "gone"], plan.Phases.Select(phase => phase.Name));
        Assert.Equal(5, plan.Steps.OfType<Forget>().Count());
        Assert.Contains("is not reset", Assert.Single(plan.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void What_could_lose_data_is_refused()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        cluster[0].IsDown = true;
        Assert.Contains("does not answer: let its replica take over", Only(Plan(cluster, cluster[0]), RefusalKind.LosesData), StringComparison.Ordinal);
        Assert.Contains(
            "holds a copy of the keys", Only(Plan(cluster, cluster.Nodes.Single(n => n.Master == cluster[0])), RefusalKind.LosesData), StringComparison.Ordinal);

        var bare = SimulatedCluster.Formed(Requests.Local(3, 0));
        bare[1].IsDown = true;
        Assert.Contains("does not answer: bring it back", Only(Plan(bare, bare[1]), RefusalKind.LosesData), StringComparison.Ordinal);
        Assert.Contains("owns 5462 slots and does not answer", Plan(bare, bare[0]).Refusals[0].Message, StringComparison.Ordinal);
        Assert.Equal(RefusalKind.BadRequest, Assert.Single(DelNodePlanner.Plan(bare.Observe(), null, new() { Node = "abcdef" }).Refusals).Kind);
    }

    [Fact]
    public void An_interrupted_run_is_finished()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        var leaving = cluster[3];
        // All but one have forgotten it.
        foreach (var node in cluster.Nodes.Where(n => n != leaving && n != cluster[1]))
        {
            node.Knows.Remove(leaving);
        }

        Assert.Equal(leaving.Id, Plan(cluster, leaving).Steps.OfType<AwaitForgotten>().Single().Id);

        // All have, and only the reset is missing.
        cluster[1].Knows.Remove(leaving);
        var observation = cluster.Observe();
        var outsider = observation.Find(leaving.Endpoint)!;
        observation = observation with { Nodes = observation.Nodes.Remove(outsider) };
        var request = new DelNodeRequest { Node = leaving.Endpoint.ToString() };
        Assert.Equal(["reset", "gone"], DelNodePlanner.Plan(observation, outsider, request).Phases.Select(phase => phase.Name));
        Assert.True(DelNodePlanner.Plan(observation, outsider, request with { Reset = false }).IsEmpty);
        leaving.Knows.Clear();
        outsider = cluster.Observe().Find(leaving.Endpoint)!;
        Assert.True(DelNodePlanner.Plan(observation, outsider, request).IsEmpty);
    }

    [Property(MaxTest = 200)]
    public bool Drained_slots_are_all_given_and_leave_the_others_as_equal_as_can_be(ushort count, ushort[] others)
    {
        int[] targets = [.. others.Append((ushort)7).Select(other => other % 5000)];
        var slots = SlotSet.Of(Enumerable.Range(0, (count % 6000) + 1).Select(i => i * 2));
        var shares = SlotDrain.Share(slots, targets);
        var after = targets.Zip(shares, (before, share) => before + share.Count).ToArray();
        var takers = after.Where((_, i) => !shares[i].IsEmpty).ToList();
        return shares.Sum(share => share.Count) == slots.Count
            && shares.Aggregate(SlotSet.Empty, (all, share) => all.Union(share)).Equals(slots)
            // Whoever got one has at most one more than the poorest.
            && takers.Max() - after.Min() <= 1;
    }

    private static ClusterPlan Plan(SimulatedCluster cluster, SimulatedNode leaving, bool reset = true) =>
        DelNodePlanner.Plan(cluster.Observe(), null, new() { Node = leaving.Id.ToString(), Reset = reset });

    private static string Only(ClusterPlan plan, RefusalKind kind)
    {
        var refusal = Assert.Single(plan.Refusals);
        Assert.Equal(kind, refusal.Kind);
        Assert.True(plan.IsEmpty);
        Assert.DoesNotContain('\n', refusal.Message);
        return refusal.Message;
    }
}
