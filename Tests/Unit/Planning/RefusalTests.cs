using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.Planning;

public sealed class RefusalTests
{
    private const string Stranger = "ffffffffffffffffffffffffffffffffffffffff";

    [Fact]
    public void A_node_with_keys() => AssertRefused(RefusalKind.HoldsKeys, "127.0.0.1:7105 holds 1 key ", c => c[4].Keys = 1);

    [Fact]
    public void A_node_that_does_not_say_whether_it_holds_keys() => AssertRefused(RefusalKind.HoldsKeys, "7105 does not say", c => c[4].Keys = null);

    [Fact]
    public void A_half_formed_cluster_with_keys() =>
        AssertRefused(RefusalKind.HoldsKeys, "7101 holds 3 keys", c =>
        {
            c.Apply(Plan(c).Phases.TakeWhile(p => p.Name != "meet").SelectMany(p => p.Steps));
            c[0].Keys = 3;
        });

    [Fact]
    public void A_node_that_knows_a_stranger() =>
        AssertRefused(RefusalKind.ForeignCluster, "127.0.0.1:7102 belongs to another cluster: it knows ffffffff at 10.9.9.9:6379", c =>
            c[1].ExtraLines = $"{Stranger} 10.9.9.9:6379@16379 master - 0 0 7 connected 0-16383\n");

    [Fact]
    public void A_node_that_is_meeting_a_stranger() =>
        AssertRefused(RefusalKind.ForeignCluster, "10.9.9.9:6379", c => c[1].ExtraLines = $"{Stranger} 10.9.9.9:6379@16379 handshake - 0 0 0 disconnected\n");

    [Fact]
    public void A_formed_cluster_of_which_only_a_part_is_named()
    {
        var cluster = SimulatedCluster.Formed(Requests.Local(8, 1));
        var plan = CreatePlanner.Plan(cluster.Observe(), Requests.Six);
        Assert.Equal(RefusalKind.ForeignCluster, plan.Refusals[0].Kind);
    }

    [Fact]
    public void A_blank_node_in_the_place_of_one_the_cluster_remembers()
    {
        var formed = SimulatedCluster.Formed(Requests.Six).Observe();
        var blank = new SimulatedCluster([Requests.Six.Nodes[0]]).Observe().Nodes[0] with
        {
            View = ClusterView.Parse($"{Stranger} 127.0.0.1:7101@17101 myself,master - 0 0 0 connected"),
        };
        var plan = CreatePlanner.Plan(formed with { Nodes = formed.Nodes.SetItem(0, blank) }, Requests.Six);
        Assert.Equal(RefusalKind.ForeignCluster, plan.Refusals[0].Kind);
    }

    [Fact]
    public void Handshakes_with_nodes_of_the_request_are_no_strangers()
    {
        var cluster = new SimulatedCluster(Requests.Six.Nodes);
        cluster[1].ExtraLines = $"{Stranger} 127.0.0.1:7103@17103 handshake - 0 0 0 disconnected\n";
        Assert.Equal(PlanOutcome.Steps, Plan(cluster).Outcome);
    }

    [Fact]
    public void Slots_that_were_given_out_otherwise() =>
        AssertRefused(RefusalKind.ForeignLayout, "7101 owns slots 0-8000", c => c[0].Slots = SlotSet.Parse("0-8000"));

    [Fact]
    public void Slots_of_one_shard_on_two_nodes() =>
        AssertRefused(RefusalKind.ForeignLayout, "both own slots of 0-5460", c => (c[0].Slots, c[4].Slots) = (SlotSet.Parse("0-10"), SlotSet.Parse("11-20")));

    [Fact]
    public void More_replicas_than_the_request_leaves_room_for() =>
        AssertRefused(RefusalKind.ForeignLayout, "too few nodes for 3 masters", c =>
        {
            c.Gossip();
            (c[1].Master, c[2].Master, c[3].Master, c[4].Master) = (c[0], c[0], c[0], c[0]);
        });

    [Fact]
    public void A_replica_of_a_replica() =>
        AssertRefused(RefusalKind.ForeignLayout, "no master among the nodes", c =>
        {
            c.Gossip();
            (c[4].Master, c[5].Master) = (c[0], c[4]);
        });

    [Fact]
    public void Open_slots() =>
        AssertRefused(RefusalKind.ForeignLayout, "open slots (such as 77)", (_, o) =>
        {
            var node = o.Nodes[0];
            var view = ClusterView.Parse($"{node.MyId} 127.0.0.1:7101@17101 myself,master - 0 0 0 connected 0-5460 [77->-{o.Nodes[1].MyId}]");
            return o with { Nodes = o.Nodes.SetItem(0, node with { View = view }) };
        });

    [Fact]
    public void A_node_outside_cluster_mode() =>
        AssertRefused(RefusalKind.NotClusterMode, "127.0.0.1:7103 does not run in cluster mode", (_, o) =>
            o with { Nodes = o.Nodes.SetItem(2, new NodeObservation { Endpoint = Requests.Six.Nodes[2], IsClusterEnabled = false }) });

    [Fact]
    public void A_node_that_is_silent() => AssertRefused(RefusalKind.Unreachable, "127.0.0.1:7106 does not answer: connection refused", c => c[5].IsDown = true);

    [Fact]
    public void A_silent_node_that_a_working_cluster_does_not_know()
    {
        var five = SimulatedCluster.Formed(Requests.Local(5, 0)).Observe();
        var silent = new NodeObservation { Endpoint = Requests.Six.Nodes[5], Problem = new NodeProblem(NodeProblemKind.Unreachable, "refused") };
        var plan = CreatePlanner.Plan(five with { Nodes = five.Nodes.Add(silent) }, Requests.Six with { ReplicasPerShard = 0 });
        Assert.Equal(RefusalKind.Unreachable, plan.Refusals[0].Kind);
    }

    [Fact]
    public void A_node_that_was_not_asked() =>
        AssertRefused(RefusalKind.Unreachable, "127.0.0.1:7106 was not asked", (_, o) => o with { Nodes = o.Nodes.RemoveAt(5) });

    [Fact]
    public void A_node_with_another_password() =>
        AssertRefused(RefusalKind.AccessDenied, "127.0.0.1:7101 refuses access: WRONGPASS", (_, o) =>
            o with { Nodes = o.Nodes.SetItem(0, new NodeObservation { Endpoint = Requests.Six.Nodes[0], Problem = new NodeProblem(NodeProblemKind.AccessDenied, "WRONGPASS") }) });

    [Fact]
    public void Two_names_of_one_node() =>
        AssertRefused(RefusalKind.BadRequest, "127.0.0.1:7101 and 127.0.0.1:7102 are the same node", (_, o) =>
            o with { Nodes = o.Nodes.SetItem(1, o.Nodes[0] with { Endpoint = Requests.Six.Nodes[1] }) });

    [Fact]
    public void Data_is_protected_before_anything_else_is_said()
    {
        var cluster = new SimulatedCluster(Requests.Six.Nodes);
        cluster[0].IsDown = true;
        cluster[4].Keys = 2;
        Assert.Equal([RefusalKind.HoldsKeys, RefusalKind.Unreachable], Plan(cluster).Refusals.Select(r => r.Kind));
    }

    [Fact]
    public void An_empty_master_that_holds_keys_is_not_made_a_replica()
    {
        var cluster = new SimulatedCluster(Requests.Six.Nodes);
        cluster.Apply(Plan(cluster).Phases.TakeWhile(p => p.Name != "replicate").SelectMany(p => p.Steps));
        cluster[0].Keys = 10;
        Assert.Equal(3, Plan(cluster).Steps.OfType<Replicate>().Count());
        cluster[4].Keys = 1;
        Assert.Equal(RefusalKind.HoldsKeys, Assert.Single(Plan(cluster).Refusals).Kind);
    }

    [Theory]
    [InlineData(0, 0, "needs at least 3")]
    [InlineData(2, 0, "2 nodes with 0 replicas per shard make 2 masters")]
    [InlineData(5, 1, "give at least 6 nodes")]
    [InlineData(6, -1, "-1 replicas")]
    public void A_request_that_makes_no_cluster(int nodes, int replicas, string expected)
    {
        var request = Requests.Local(nodes, replicas);
        var refusal = Assert.Single(CreatePlanner.Plan(new SimulatedCluster(request.Nodes).Observe(), request).Refusals);
        Assert.Equal(RefusalKind.BadRequest, refusal.Kind);
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_named_twice()
    {
        var request = Requests.Six with { Nodes = [.. Requests.Six.Nodes, new NodeEndpoint("127.0.0.1", 7101, 5)] };
        Assert.Contains("127.0.0.1:7101 is named more than once", CreatePlanner.Plan(new SimulatedCluster([]).Observe(), request).Refusals[0].Message, StringComparison.Ordinal);
    }

    private static CreatePlan Plan(SimulatedCluster cluster) => CreatePlanner.Plan(cluster.Observe(), Requests.Six);

    private static void AssertRefused(RefusalKind kind, string expected, Action<SimulatedCluster> change) =>
        AssertRefused(kind, expected, (cluster, _) =>
        {
            change(cluster);
            return cluster.Observe();
        });

    private static void AssertRefused(RefusalKind kind, string expected, Func<SimulatedCluster, ClusterObservation, ClusterObservation> change)
    {
        var cluster = new SimulatedCluster(Requests.Six.Nodes);
        var plan = CreatePlanner.Plan(change(cluster, cluster.Observe()), Requests.Six);
        Assert.Equal(PlanOutcome.Refused, plan.Outcome);
        Assert.Empty(plan.Phases);
        Assert.Equal(kind, plan.Refusals[0].Kind);
        Assert.Contains(expected, plan.Refusals[0].Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', plan.Refusals[0].Message);
    }
}
