using RedisCluster.Planning;
using RedisCluster.Topology;
using Unit.Planning;

namespace Unit.Reconciling;

public class ReconcilePlannerTests
{
    [Fact]
    public void Fresh_nodes_are_formed_and_left_alone_then()
    {
        var (_, simulation) = Start(formed: false);
        Assert.Equal(ReconcileKind.Steady, simulation.Run().Kind);
        Assert.Equal([ReconcileKind.Form], simulation.Done);
    }

    [Fact]
    public void A_node_that_does_not_answer_yet_is_waited_for_by_name()
    {
        var (cluster, simulation) = Start(formed: false);
        cluster[4].IsDown = true;
        var decision = simulation.Look();
        Assert.Equal((ReconcileKind.Waiting, null), (decision.Kind, decision.Plan));
        Assert.Contains("node-4 (127.0.0.1:7105) (connection refused)", decision.Diagnosis);
    }

    [Fact]
    public void A_fresh_node_with_keys_is_left_alone()
    {
        var (cluster, simulation) = Start(formed: false);
        cluster[2].Keys = 7;
        var decision = simulation.Look();
        Assert.Equal((ReconcileKind.LeftAlone, null), (decision.Kind, decision.Plan));
        Assert.Contains("127.0.0.1:7103 holds 7 keys", decision.Diagnosis);
    }

    [Fact]
    public void A_node_of_another_cluster_at_a_place_stops_everything()
    {
        var (cluster, simulation) = Start();
        simulation.Look();
        var stranger = cluster.Place(simulation.Desired.Nodes[5].Endpoint);
        stranger.ExtraLines = $"{new string('e', 40)} 10.0.0.9:7000@17000 master - 0 0 9 connected 0-16383\n";
        var decision = simulation.Look();
        Assert.Equal((ReconcileKind.LeftAlone, null), (decision.Kind, decision.Plan));
        Assert.Contains("node-5 (127.0.0.1:7106) belongs to another cluster of 2 nodes", decision.Diagnosis);
    }

    [Fact]
    public void A_lost_master_is_its_replicas_affair_and_a_majority_everybodys()
    {
        var (cluster, simulation) = Start();
        simulation.Look();
        cluster[0].IsDown = true;
        var decision = simulation.Look();
        Assert.Equal((ReconcileKind.Waiting, "a failover is under way: waiting for a replica to take the place of node-0"), (decision.Kind, decision.Diagnosis));
        cluster[1].IsDown = true;
        Assert.Equal("the majority of the masters is away: waiting for node-0, node-1", simulation.Look().Diagnosis);
        cluster[1].IsDown = false;
        foreach (var replica in cluster.Nodes.Where(node => node.Master == cluster[0]))
        {
            replica.IsDown = true;
        }

        Assert.Equal("slots 0-5460 have no living owner and no replica: waiting for node-0", simulation.Look().Diagnosis);
    }

    [Fact]
    public void A_node_without_its_disk_takes_the_role_of_its_predecessor_before_that_is_forgotten()
    {
        var (cluster, simulation) = Start();
        simulation.Look();
        var old = cluster[4];
        var master = old.Master!;
        var blank = cluster.Place(old.Endpoint);
        var plan = simulation.Look().Plan!;
        Assert.Equal(["confirm", "meet", "know", "replicate", "sync", "forget", "forgotten"], plan.Phases.Select(phase => phase.Name));
        Assert.Equal(ReconcileKind.Steady, simulation.Run().Kind);
        Assert.Equal([ReconcileKind.Replace], simulation.Done);
        Assert.Equal(master, blank.Master);
        Assert.All(cluster.Nodes, node => Assert.DoesNotContain(old, node.Knows));
    }

    [Fact]
    public void Without_memory_the_address_tells_whose_place_it_is()
    {
        var (cluster, simulation) = Start();
        cluster.Place(cluster[4].Endpoint);
        cluster.Place(cluster[5].Endpoint);
        Assert.Equal(ReconcileKind.Steady, simulation.Run().Kind);
        Assert.Equal([ReconcileKind.Replace, ReconcileKind.Replace], simulation.Done);
    }

    [Fact]
    public void A_master_whose_place_was_taken_before_anybody_missed_it_is_replaced_by_its_replica()
    {
        var (cluster, simulation) = Start();
        simulation.Look();
        var old = cluster[0];
        var replica = cluster.Nodes.First(node => node.Master == old);
        cluster.Place(old.Endpoint);
        Assert.Equal(ReconcileKind.Waiting, simulation.Look().Kind);

        // Failed to its peers it is its replica's affair; without an address it will never be.
        old.IsAddressLost = true;
        Assert.Equal("a failover is under way: waiting for a replica to take the place of node-0", simulation.Look().Diagnosis);
        var decision = simulation.Look();
        Assert.Equal((ReconcileKind.Promote, true), (decision.Kind, decision.IsSafeForSeveral));
        var over = Assert.Single(decision.Plan!.Steps.OfType<TakeOver>());
        Assert.Equal((replica.Endpoint, old.Id, FailoverMode.Force), (over.Node, over.MasterId, over.Mode));
    }

    [Fact]
    public void A_leaver_that_knows_nobody_any_more_and_is_known_still_holds_nobody_up()
    {
        var (cluster, simulation) = Start(Requests.Local(7, 1));
        simulation.Look();
        simulation.Desired = simulation.Desired with { Nodes = simulation.Desired.Nodes[..6] };
        cluster[6].Master = null;
        cluster[6].Knows.Clear();
        Assert.Equal(ReconcileKind.Steady, simulation.Run().Kind);
        Assert.Equal([ReconcileKind.Remove], simulation.Done);
        Assert.All(cluster.Nodes, node => Assert.DoesNotContain(cluster[6], node.Knows));
    }

    [Fact]
    public void An_orphan_is_given_a_replica_only_after_a_while()
    {
        var (cluster, simulation) = Start(Requests.Local(7, 1));
        var rich = cluster.Nodes.Where(node => node.Master is not null).GroupBy(node => node.Master).Single(shard => shard.Count() == 2).Key;
        var lost = cluster.Nodes.First(node => node.Master is not null && node.Master != rich);
        lost.IsDown = true;
        Assert.Equal(ReconcileKind.Waiting, simulation.Look().Kind);
        Assert.Equal(ReconcileKind.Waiting, simulation.Run().Kind);
        Assert.Equal([ReconcileKind.Attach], simulation.Done);
        Assert.Contains(cluster.Nodes, node => !node.IsDown && node.Master == lost.Master);
    }

    [Fact]
    public void A_replica_that_follows_its_masters_old_address_is_told_again_whom_to_follow()
    {
        var (cluster, simulation) = Start();
        var observation = cluster.Observe();
        var (replica, master) = (cluster[5], cluster[5].Master!);
        var stuck = observation with
        {
            Nodes = [.. observation.Nodes.Select(node => node.MyId != replica.Id ? node : node with
            {
                Replication = node.Replication! with { MasterHost = "10.0.0.1", IsMasterLinkUp = false },
            })],
        };
        var (first, memory) = ReconcilePlanner.Plan(stuck, simulation.Desired, ReconcileMemory.Empty);
        Assert.Null(first.Plan);
        var (decision, _) = ReconcilePlanner.Plan(stuck with { Time = stuck.Time + TimeSpan.FromSeconds(1) }, simulation.Desired, memory);
        Assert.Equal(ReconcileKind.Relink, decision.Kind);
        Assert.Equal((replica.Endpoint, master.Id), Assert.Single(decision.Plan!.Steps) is Replicate step ? (step.Node, step.MasterId) : default);
    }

    [Fact]
    public void Open_slots_are_somebodys_work_until_they_last()
    {
        var (cluster, simulation) = Start();
        cluster[0].OpenSlots = $" [5->-{cluster[1].Id}]";
        Assert.Equal(ReconcileKind.Waiting, simulation.Look().Kind);
        var looks = Enumerable.Range(0, 6).Select(_ => simulation.Look().Kind).ToList();
        Assert.Equal(ReconcileKind.Waiting, looks[1]);
        Assert.Equal(ReconcileKind.Fix, looks[^1]);
    }

    [Fact]
    public void Who_imports_a_slot_whose_owner_was_lost_hears_of_no_other_and_is_told()
    {
        var (cluster, simulation) = Start();
        var others = cluster.Observe();
        cluster[0].Slots = cluster[0].Slots.Except(SlotSet.Parse("5"));
        cluster[1].OpenSlots = $" [5-<-{cluster[0].Id}]";
        var deaf = others with { Nodes = [.. others.Nodes.Select(node => node.MyId != cluster[1].Id ? node : cluster.Observe().Nodes.Single(other => other.MyId == node.MyId))] };
        var (first, memory) = ReconcilePlanner.Plan(deaf, simulation.Desired, ReconcileMemory.Empty);
        Assert.Equal((ReconcileKind.Waiting, null), (first.Kind, first.Plan));
        var (decision, _) = ReconcilePlanner.Plan(deaf with { Time = deaf.Time + simulation.Desired.Patience }, simulation.Desired, memory);
        Assert.Equal(ReconcileKind.Fix, decision.Kind);
    }

    [Fact]
    public void A_cluster_grows_with_its_list_and_shrinks_with_it()
    {
        var (cluster, simulation) = Start();
        simulation.Look();
        var six = simulation.Desired;
        NodeEndpoint[] more = [new("127.0.0.1", 7107), new("127.0.0.1", 7108)];
        var added = more.Select(cluster.Place).ToList();
        simulation.Desired = six with { Nodes = [.. six.Nodes, .. more.Select((node, i) => new DesiredNode($"node-{i + 6}", node))] };
        Assert.Equal(ReconcileKind.Steady, simulation.Run().Kind);
        Assert.Equal([ReconcileKind.Join, ReconcileKind.Grow], simulation.Done);
        Assert.Equal([4096, 0], added.Select(node => node.Slots.Count).OrderDescending());
        Assert.Single(added, node => added.Contains(node.Master!));

        simulation.Done.Clear();
        simulation.Desired = six;
        Assert.Equal(ReconcileKind.Steady, simulation.Run().Kind);
        Assert.All(added, node => Assert.Equal((0, 0), (node.Slots.Count, node.Knows.Count)));
        Assert.Equal(3, cluster.Nodes.Count(node => !node.Slots.IsEmpty));
    }

    [Fact]
    public void Fewer_shards_of_as_many_nodes_are_made_by_giving_slots_away()
    {
        var (cluster, simulation) = Start(Requests.Local(8, 1));
        simulation.Look();
        simulation.Desired = simulation.Desired with { Shards = 3 };
        Assert.Equal(ReconcileKind.Steady, simulation.Run().Kind);
        Assert.Equal(ReconcileKind.Shrink, simulation.Done[0]);
        Assert.Equal(3, cluster.Nodes.Count(node => !node.Slots.IsEmpty));
        Assert.Equal(3, cluster.Nodes.Select(node => node.Master).Distinct().Count(master => master is { Slots.IsEmpty: false }));
    }

    [Fact]
    public void Nobody_hands_over_for_placement_while_a_shard_lacks_its_replica()
    {
        var (cluster, simulation) = Start(Requests.OnHosts([0, 1, 2, 0, 1, 2], 1));
        simulation.Look();
        cluster.TakeOver(cluster.Nodes.First(node => node.Master is not null));
        var ill = cluster.Nodes.Last(node => node.Master is not null);
        ill.IsDown = true;
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(ReconcileKind.Waiting, simulation.Look().Kind);
        }

        ill.IsDown = false;
        Assert.Equal(ReconcileKind.Steady, simulation.Run().Kind);
        Assert.Equal([ReconcileKind.Handover], simulation.Done);
    }

    [Fact]
    public void A_member_that_was_never_listed_is_left_alone_and_told()
    {
        var (cluster, simulation) = Start(Requests.Local(7, 1));
        simulation.Desired = simulation.Desired with { Nodes = simulation.Desired.Nodes[..6] };
        var decision = simulation.Run();
        Assert.Equal(ReconcileKind.Steady, decision.Kind);
        Assert.EndsWith("; not listed, and left alone: 127.0.0.1:7107", decision.Diagnosis);
        simulation.Desired = simulation.Desired with { RemoveUnlisted = true };
        Assert.Equal(ReconcileKind.Steady, simulation.Run().Kind);
        Assert.Equal([ReconcileKind.Remove], simulation.Done);
        Assert.Empty(cluster[6].Knows);
    }

    [Fact]
    public void The_lowered_timeout_of_a_killed_run_is_put_back()
    {
        var (cluster, simulation) = Start();
        cluster[3].NodeTimeout = CreateRequest.DefaultFormingNodeTimeout;
        Assert.Equal(ReconcileKind.Waiting, simulation.Look().Kind);
        Assert.Equal(ReconcileKind.Steady, simulation.Run().Kind);
        Assert.Equal(TimeSpan.FromSeconds(15), cluster[3].NodeTimeout);
    }

    private static (SimulatedCluster Cluster, ReconcileSimulation Simulation) Start(CreateRequest? request = null, bool formed = true)
    {
        request ??= Requests.Six;
        var cluster = formed ? SimulatedCluster.Formed(request) : new SimulatedCluster(request.Nodes);
        return (cluster, new ReconcileSimulation(cluster, ReconcileSimulation.DesiredOf(request)));
    }
}
