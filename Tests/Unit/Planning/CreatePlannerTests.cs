using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.Planning;

public sealed class CreatePlannerTests
{
    [Fact]
    public void Phases_come_in_the_order_that_is_fast_and_safe()
    {
        var plan = Plan(new SimulatedCluster(Requests.Six.Nodes), Requests.Six);
        Assert.Equal(PlanOutcome.Steps, plan.Outcome);
        Assert.Equal(["prepare", "assign", "meet", "replicate", "agree", "restore", "sync", "probe"], plan.Phases.Select(p => p.Name));
        Assert.Equal(6, plan.Steps.OfType<LowerNodeTimeout>().Count());
        Assert.Equal(3, plan.Steps.OfType<AddSlots>().Count());
        Assert.Equal([1L, 2, 3, 4, 5, 6], plan.Steps.OfType<SetConfigEpoch>().Select(s => s.Epoch).Order());
        Assert.Equal(30, plan.Steps.OfType<Meet>().Count());
        Assert.Equal(3, plan.Steps.OfType<Replicate>().Count());
        Assert.All(plan.Steps.OfType<RestoreNodeTimeout>(), s => Assert.Equal(TimeSpan.FromSeconds(15), s.Timeout));
        Assert.Equal([0, 5461, 10923], plan.Steps.OfType<ProbeWrites>().Single().Probes.Select(p => p.Slot));
        Assert.All(plan.Steps, s => Assert.NotEmpty(s.Reason));
    }

    [Property(MaxTest = 60)]
    public Property A_plan_carried_out_is_a_cluster_that_is_left_alone() => Prop.ForAll(Requests.UpTo(40), request =>
    {
        var cluster = SimulatedCluster.Formed(request);
        Assert.Equal(request.Nodes.Length, cluster.Nodes.Select(n => n.Epoch).Distinct().Count());
        Assert.Equal(request.Nodes.Length / (request.ReplicasPerShard + 1), cluster.Nodes.Count(n => n.Master is null));
        AssertLeftAlone(Plan(cluster, request));
    });

    [Theory]
    [InlineData(6, 1)]
    [InlineData(7, 1)]
    [InlineData(3, 0)]
    [InlineData(9, 2)]
    public void Killed_after_any_step_and_run_again_ends_in_the_same_state(int nodes, int replicas)
    {
        var request = Requests.Local(nodes, replicas);
        var steps = Plan(new SimulatedCluster(request.Nodes), request).Steps.ToList();
        var whole = SimulatedCluster.Formed(request).State();
        for (var done = 0; done <= steps.Count; done++)
        {
            var cluster = new SimulatedCluster(request.Nodes);
            cluster.Apply(steps.Take(done));
            AssertResumes(cluster, request, whole);
        }
    }

    [Property(MaxTest = 100)]
    public Property Killed_amid_a_phase_and_run_again_ends_in_the_same_state() => Prop.ForAll(
        Requests.UpTo(24), ArbMap.Default.ArbFor<int>(), (request, seed) =>
        {
            var random = new Random(seed);
            var cluster = new SimulatedCluster(request.Nodes);
            // Killed twice, each time with part of a phase done, and gossip may have been faster than the plan.
            for (var run = 0; run < 2; run++)
            {
                var plan = Plan(cluster, request);
                var phase = random.Next(plan.Phases.Length + 1);
                cluster.Apply(plan.Phases.Take(phase).SelectMany(p => p.Steps));
                if (phase < plan.Phases.Length)
                {
                    cluster.Apply(plan.Phases[phase].Steps.Where(s => s is not (AwaitAgreement or AwaitReplicas or ProbeWrites) && random.Next(2) == 0));
                }

                if (phase > 2 && random.Next(2) == 0)
                {
                    cluster.Gossip();
                }
            }

            AssertResumes(cluster, request, SimulatedCluster.Formed(request).State());
        });

    [Property(MaxTest = 30)]
    public Property The_order_of_the_observation_does_not_matter() => Prop.ForAll(
        Requests.UpTo(30), ArbMap.Default.ArbFor<int>(), (request, seed) =>
        {
            var observation = new SimulatedCluster(request.Nodes).Observe();
            var nodes = observation.Nodes.ToArray();
            new Random(seed).Shuffle(nodes);
            Assert.Equal(CreatePlanner.Plan(observation, request), CreatePlanner.Plan(observation with { Nodes = [.. nodes] }, request));
        });

    [Fact]
    public void Roles_that_are_taken_are_kept_when_the_request_names_the_nodes_in_another_order()
    {
        var cluster = new SimulatedCluster(Requests.Six.Nodes);
        cluster.Apply(Plan(cluster, Requests.Six).Phases.TakeWhile(p => p.Name != "replicate").SelectMany(p => p.Steps));
        cluster.Apply(new Replicate(cluster[3].Endpoint, cluster[0].Endpoint, cluster[0].Id, ""));
        var turned = Requests.Six with { Nodes = [.. Requests.Six.Nodes.Reverse()] };

        var plan = Plan(cluster, turned);
        Assert.Equal(PlanOutcome.Steps, plan.Outcome);
        Assert.Equal([7101, 7102, 7103], plan.Layout!.Shards.Select(s => s.Master.Port));
        Assert.Empty(plan.Steps.OfType<AddSlots>());
        Assert.Equal(2, plan.Steps.OfType<Replicate>().Count());
        cluster.Apply(plan.Steps);
        AssertLeftAlone(Plan(cluster, turned));
    }

    [Fact]
    public void A_fresh_node_in_the_place_of_a_replica_is_taken_in()
    {
        var cluster = new SimulatedCluster(Requests.Six.Nodes);
        cluster.Apply(Plan(cluster, Requests.Six).Phases.TakeWhile(p => p.Name != "replicate").SelectMany(p => p.Steps));
        foreach (var node in cluster.Nodes)
        {
            node.Knows.Remove(cluster[5]);
        }

        cluster[5].Knows.Clear();
        cluster[5].Epoch = 0;
        var plan = Plan(cluster, Requests.Six);
        Assert.Equal(10, plan.Steps.OfType<Meet>().Count());
        Assert.Equal(6, Assert.Single(plan.Steps.OfType<SetConfigEpoch>()).Epoch);
        cluster.Apply(plan.Steps);
        AssertLeftAlone(Plan(cluster, Requests.Six));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_cluster_after_a_failover_is_left_alone_with_its_keys(bool isOldMasterDown)
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        cluster.FailOver(cluster.Nodes.First(n => n.Master == cluster[0]), isOldMasterDown);
        cluster.FailOver(cluster.Nodes.First(n => n.Master == cluster[1]), isOldMasterDown);
        foreach (var node in cluster.Nodes)
        {
            node.Keys = 5;
        }

        AssertLeftAlone(Plan(cluster, Requests.Six));
    }

    [Fact]
    public void A_working_cluster_in_which_one_node_has_not_heard_of_another_is_left_alone()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        cluster[0].Knows.Remove(cluster[5]);
        cluster[0].Keys = 9;
        AssertLeftAlone(Plan(cluster, Requests.Six));
    }

    [Fact]
    public void A_dead_node_named_by_host_name_is_recognised_as_part_of_the_cluster()
    {
        var request = new CreateRequest { Nodes = [.. Enumerable.Range(0, 6).Select(i => new NodeEndpoint($"redis-{i}.redis", 6379 + i))], ReplicasPerShard = 1 };
        var cluster = SimulatedCluster.Formed(request);
        cluster.FailOver(cluster.Nodes.First(n => n.Master == cluster[0]), isOldMasterDown: true);
        AssertLeftAlone(Plan(cluster, request));
    }

    [Fact]
    public void Only_a_timeout_that_was_lowered_is_put_back_while_a_node_is_down()
    {
        var cluster = SimulatedCluster.Formed(Requests.Six);
        cluster.FailOver(cluster.Nodes.First(n => n.Master == cluster[0]), isOldMasterDown: true);
        cluster[1].NodeTimeout = CreateRequest.DefaultFormingNodeTimeout;
        cluster[2].NodeTimeout = TimeSpan.FromSeconds(5);
        cluster[3].NodeTimeout = TimeSpan.FromSeconds(5);
        cluster[4].NodeTimeout = TimeSpan.FromSeconds(5);
        cluster[5].NodeTimeout = TimeSpan.FromSeconds(5);
        var plan = Plan(cluster, Requests.Six);
        Assert.Equal(PlanOutcome.AlreadyFormed, plan.Outcome);
        var step = Assert.IsType<RestoreNodeTimeout>(Assert.Single(plan.Steps));
        Assert.Equal((cluster[1].Endpoint, TimeSpan.FromSeconds(5)), (step.Node, step.Timeout));
    }

    [Fact]
    public void The_timeout_asked_for_is_set_at_the_end_of_forming_and_never_on_a_formed_cluster()
    {
        var request = Requests.Six with { NodeTimeout = TimeSpan.FromSeconds(5) };
        var cluster = SimulatedCluster.Formed(request);
        Assert.All(cluster.Nodes, n => Assert.Equal(TimeSpan.FromSeconds(5), n.NodeTimeout));
        AssertLeftAlone(Plan(cluster, request with { NodeTimeout = TimeSpan.FromSeconds(9) }));
    }

    [Fact]
    public void Many_nodes_meet_through_a_few()
    {
        var request = Requests.Local(100, 1);
        var meets = Plan(new SimulatedCluster(request.Nodes), request).Steps.OfType<Meet>().ToList();
        Assert.True(meets.Count < 2000);
        Assert.Equal(100, meets.Select(m => m.Target).Distinct().Count());
        Assert.Equal(100, meets.Select(m => m.Node).Distinct().Count());
    }

    [Fact]
    public void A_plan_is_text_and_json()
    {
        var plan = Plan(new SimulatedCluster(Requests.Six.Nodes), Requests.Six);
        Assert.Contains("127.0.0.1:7101: add slots 0-5460 (it is the master of shard 1 of 3)", plan.ToString(), StringComparison.Ordinal);
        Assert.Single(plan.ToString().Split('\n'), line => line.Contains("MEET", StringComparison.Ordinal));
        Assert.Contains("  6 nodes: meet those they do not know yet, 30 times CLUSTER MEET (", plan.ToString(), StringComparison.Ordinal);
        var json = JsonSerializer.Serialize(plan, PlanningJsonContext.Default.CreatePlan);
        Assert.Contains("""{"step":"add-slots","node":"127.0.0.1:7101","slots":"0-5460","reason":""", json, StringComparison.Ordinal);
        Assert.Equal(plan, JsonSerializer.Deserialize(json, PlanningJsonContext.Default.CreatePlan));
    }

    private static CreatePlan Plan(SimulatedCluster cluster, CreateRequest request) => CreatePlanner.Plan(cluster.Observe(), request);

    private static void AssertLeftAlone(CreatePlan plan)
    {
        Assert.Equal(PlanOutcome.AlreadyFormed, plan.Outcome);
        Assert.Empty(plan.Phases);
    }

    private static void AssertResumes(SimulatedCluster cluster, CreateRequest request, string whole)
    {
        var plan = Plan(cluster, request);
        Assert.True(plan.Outcome != PlanOutcome.Refused, plan.ToString());
        cluster.Apply(plan.Steps);
        Assert.Equal(whole, cluster.State());
        AssertLeftAlone(Plan(cluster, request));
    }
}
