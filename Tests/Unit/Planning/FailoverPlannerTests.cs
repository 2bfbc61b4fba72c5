using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.Planning;

public sealed class FailoverPlannerTests
{
    private static readonly FailoverRequest First = new() { Shard = "127.0.0.1:7101" };

    [Fact]
    public void The_replica_with_most_data_takes_over_and_everybody_has_to_know()
    {
        var (cluster, replicas) = TwoReplicas();
        var plan = FailoverPlanner.Plan(With(cluster, (replicas[0], 100), (replicas[1], 200)), First);
        var master = cluster[0];
        Assert.Equal(
            [
                new TakeOver(replicas[1].Endpoint, master.Endpoint, master.Id, FailoverMode.Planned, "no other replica of 2 has more of the data"),
                new AwaitRoles([.. cluster.Nodes.Select(n => n.Endpoint)], replicas[1].Id, master.Id, true, "clients are sent by any node to the master it believes in"),
                new AwaitReplicas([replicas[0].Endpoint, master.Endpoint], "the next loss has to find a replica with the data"),
            ],
            plan.Steps);
        Assert.Empty(plan.Warnings);
    }

    [Fact]
    public void A_replica_that_is_named_is_taken_and_one_that_is_the_master_by_now_left_alone()
    {
        var (cluster, replicas) = TwoReplicas();
        var observation = With(cluster, (replicas[0], 100), (replicas[1], 200));
        var request = new FailoverRequest { Replica = replicas[0].Endpoint.ToString() };
        Assert.Equal(replicas[0].Endpoint, FailoverPlanner.Plan(observation, request).Steps.OfType<TakeOver>().Single().Node);

        cluster.FailOver(replicas[0], isOldMasterDown: false);
        replicas[1].Master = replicas[0];
        var again = FailoverPlanner.Plan(cluster.Observe(), request);
        Assert.True(again.IsEmpty);
        Assert.Contains("is a master already", Assert.Single(again.Warnings), StringComparison.Ordinal);
        Assert.Contains("is a replica", Only(FailoverPlanner.Plan(cluster.Observe(), First), RefusalKind.BadRequest), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_master_it_has_to_be_said()
    {
        var (cluster, replicas) = TwoReplicas();
        cluster[0].IsDown = true;
        var observation = With(cluster, (replicas[0], 100), (replicas[1], 200));
        Assert.Contains("--force", Only(FailoverPlanner.Plan(observation, First), RefusalKind.LosesData), StringComparison.Ordinal);

        var forced = FailoverPlanner.Plan(observation, First with { Mode = FailoverMode.Force });
        Assert.Equal((replicas[1].Endpoint, FailoverMode.Force), forced.Steps.OfType<TakeOver>().Select(step => (step.Node, step.Mode)).Single());
        Assert.False(forced.Steps.OfType<AwaitRoles>().Single().OldMasterAnswers);
        Assert.Equal([replicas[0].Endpoint], forced.Steps.OfType<AwaitReplicas>().Single().Replicas);
        Assert.Contains("is lost", Assert.Single(forced.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_is_behind_is_not_promoted_without_the_master()
    {
        var (cluster, replicas) = TwoReplicas();
        cluster[0].IsDown = true;
        var observation = With(cluster, (replicas[0], 100), (replicas[1], 200));
        var request = new FailoverRequest { Replica = replicas[0].Endpoint.ToString(), Mode = FailoverMode.Force };
        Assert.Contains("has 100 bytes less", Only(FailoverPlanner.Plan(observation, request), RefusalKind.LosesData), StringComparison.Ordinal);
        Assert.Contains("has 100 bytes less", Only(FailoverPlanner.Plan(observation, request with { Mode = FailoverMode.Takeover }), RefusalKind.LosesData), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FailoverMode.Planned, false, false, "has no link to its master")]
    [InlineData(FailoverMode.Planned, true, true, "still receiving its copy")]
    [InlineData(FailoverMode.Force, false, true, "still receiving its copy")]
    [InlineData(FailoverMode.Takeover, false, true, "still receiving its copy")]
    public void One_without_the_data_is_never_promoted(FailoverMode mode, bool linkUp, bool syncing, string message)
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        var replica = cluster.Nodes.Single(n => n.Master == cluster[0]);
        var observation = Change(cluster.Observe(), replica.Endpoint, r => r with { IsMasterLinkUp = linkUp, IsSyncInProgress = syncing });
        Assert.Contains(message, Only(FailoverPlanner.Plan(observation, First with { Mode = mode }), RefusalKind.LosesData), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_majority_only_a_takeover_is_of_use()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        cluster[0].IsDown = cluster[1].IsDown = true;
        var observation = cluster.Observe();
        var message = Only(FailoverPlanner.Plan(observation, First with { Mode = FailoverMode.Force }), RefusalKind.NotWell);
        Assert.Contains("1 of 3 masters answer", message, StringComparison.Ordinal);
        Assert.Contains("--takeover", message, StringComparison.Ordinal);
        var plan = FailoverPlanner.Plan(observation, First with { Mode = FailoverMode.Takeover });
        Assert.Equal(FailoverMode.Takeover, plan.Steps.OfType<TakeOver>().Single().Mode);
        Assert.Equal(2, plan.Warnings.Length);
    }

    [Fact]
    public void Never_while_another_failover_is_under_way()
    {
        var (cluster, replicas) = TwoReplicas();
        var before = cluster.Observe();
        cluster.FailOver(replicas[0], isOldMasterDown: false);
        // One node has not heard of it yet.
        var observation = cluster.Observe();
        observation = observation with { Nodes = [.. observation.Nodes.Select((n, i) => i == 2 ? before.Nodes[2] : n)] };
        foreach (var mode in Enum.GetValues<FailoverMode>())
        {
            Assert.Contains(
                "another failover is under way",
                Only(FailoverPlanner.Plan(observation, new() { Shard = replicas[0].Endpoint.ToString(), Mode = mode }), RefusalKind.NotWell),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_makes_no_sense_is_said()
    {
        var cluster = SimulatedCluster.Formed(Requests.Local(3, 0)).Observe();
        Assert.Contains("has no replica", Only(FailoverPlanner.Plan(cluster, First), RefusalKind.NotWell), StringComparison.Ordinal);
        Only(FailoverPlanner.Plan(cluster, new()), RefusalKind.BadRequest);
        Only(FailoverPlanner.Plan(cluster, new() { Shard = "127.0.0.1:9999" }), RefusalKind.BadRequest);
    }

    private static (SimulatedCluster Cluster, SimulatedNode[] Replicas) TwoReplicas()
    {
        var cluster = SimulatedCluster.Formed(Requests.Local(9, 2));
        return (cluster, [.. cluster.Nodes.Where(n => n.Master == cluster[0])]);
    }

    private static ClusterObservation With(SimulatedCluster cluster, params (SimulatedNode Replica, long Offset)[] offsets)
    {
        var observation = cluster.Observe();
        foreach (var (replica, offset) in offsets)
        {
            observation = Change(observation, replica.Endpoint, r => r with { Offset = offset });
        }

        return observation;
    }

    private static ClusterObservation Change(ClusterObservation observation, NodeEndpoint node, Func<ReplicationInfo, ReplicationInfo> change) =>
        observation with { Nodes = [.. observation.Nodes.Select(n => n.Endpoint == node ? n with { Replication = change(n.Replication!) } : n)] };

    private static string Only(ClusterPlan plan, RefusalKind kind)
    {
        var refusal = Assert.Single(plan.Refusals);
        Assert.Equal(kind, refusal.Kind);
        Assert.True(plan.IsEmpty);
        Assert.DoesNotContain('\n', refusal.Message);
        return refusal.Message;
    }
}
