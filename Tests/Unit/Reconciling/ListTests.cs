using RedisCluster.Planning;
using RedisCluster.Topology;
using Unit.Planning;

namespace Unit.Reconciling;

/// <summary>What a list of nodes that is not right for a while must not lead to.</summary>
public class ListTests
{
    private static readonly NodeEndpoint Nowhere = new("does-not-resolve", 7101);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_member_that_the_list_does_not_lead_to_for_a_while_is_not_taken_out(bool removeUnlisted)
    {
        var simulation = Start(Requests.Six);
        simulation.Look();
        simulation.Desired = Lead(simulation.Desired, 0, Nowhere) with { RemoveUnlisted = removeUnlisted };
        var decision = simulation.Run();
        Assert.Equal(ReconcileKind.Waiting, decision.Kind);
        Assert.EndsWith("; its peers reach node-0 at 127.0.0.1:7101", decision.Diagnosis);
        Assert.Empty(simulation.Done);
    }

    [Fact]
    public void Nor_by_one_that_has_not_seen_it_at_its_place()
    {
        var simulation = Start(Requests.Six);
        simulation.Desired = Lead(simulation.Desired, 0, Nowhere) with { RemoveUnlisted = true };
        Assert.Equal(ReconcileKind.Waiting, simulation.Run().Kind);
        Assert.Empty(simulation.Done);
    }

    [Fact]
    public void Nor_when_its_name_leads_to_another_member()
    {
        var simulation = Start(Requests.Six);
        simulation.Look();
        simulation.Desired = simulation.Desired with { Nodes = simulation.Desired.Nodes.SetItem(1, new("node-1", Nowhere)).SetItem(0, new("node-0", simulation.Desired.Nodes[1].Endpoint)) };
        Assert.Equal(ReconcileKind.Waiting, simulation.Run().Kind);
        Assert.Empty(simulation.Done);
    }

    [Fact]
    public void Who_is_replaced_by_another_place_leaves_when_that_one_is_taken()
    {
        var simulation = Start(Requests.Six, out var cluster);
        simulation.Look();
        var next = new NodeEndpoint("127.0.0.1", 7109);
        simulation.Desired = simulation.Desired with { Nodes = simulation.Desired.Nodes.SetItem(5, new("node-9", next)) };
        Assert.Equal(ReconcileKind.Waiting, simulation.Run().Kind);
        Assert.Empty(simulation.Done);
        cluster.Place(next);
        Assert.Equal(ReconcileKind.Steady, simulation.Run().Kind);
        Assert.Contains(ReconcileKind.Remove, simulation.Done);
        Assert.Empty(cluster[5].Knows);
    }

    [Fact]
    public void A_node_that_is_away_does_not_keep_another_one_from_leaving()
    {
        var simulation = Start(Requests.Local(8, 1), out var cluster);
        simulation.Look();
        cluster.Nodes.Last(node => node.Master is not null && node != cluster[7]).IsDown = true;
        simulation.Desired = simulation.Desired with { Nodes = simulation.Desired.Nodes[..7], Shards = 3 };
        simulation.Run();
        Assert.Contains(ReconcileKind.Remove, simulation.Done);
        Assert.Empty(cluster[7].Knows);
    }

    [Fact]
    public void A_replica_leaves_after_its_master()
    {
        var simulation = Start(Requests.Local(8, 1), out var cluster);
        simulation.Look();
        var replica = cluster.Nodes.First(node => node.Master == cluster[3]);
        simulation.Desired = simulation.Desired with { Nodes = [.. simulation.Desired.Nodes.Where(node => node.Endpoint != cluster[3].Endpoint && node.Endpoint != replica.Endpoint)], Shards = 3 };
        Assert.StartsWith("node-3 is not listed any more", simulation.Look().Diagnosis);
        Assert.Equal(ReconcileKind.Steady, simulation.Run().Kind);
        Assert.Empty(cluster[3].Knows);
        Assert.Empty(replica.Knows);
    }

    [Theory]
    [InlineData(1, 4, null)]
    [InlineData(1, 1, null)]
    [InlineData(1, 2, 3)]
    [InlineData(2, 6, null)]
    public void A_list_that_makes_no_cluster_is_told_and_nothing_is_taken_apart(int replicas, int nodes, int? shards)
    {
        var simulation = Start(Requests.Six, out var cluster);
        simulation.Look();
        simulation.Desired = simulation.Desired with { Nodes = simulation.Desired.Nodes[..nodes], ReplicasPerShard = replicas, Shards = shards };
        var decision = simulation.Run();
        Assert.Equal(ReconcileKind.LeftAlone, decision.Kind);
        Assert.EndsWith("it is not taken apart", decision.Diagnosis);
        Assert.Empty(simulation.Done);
        Assert.All(cluster.Nodes, node => Assert.Equal(5, node.Knows.Count));
    }

    private static DesiredCluster Lead(DesiredCluster desired, int place, NodeEndpoint to) =>
        desired with { Nodes = desired.Nodes.SetItem(place, desired.Nodes[place] with { Endpoint = to }) };

    private static ReconcileSimulation Start(CreateRequest request) => Start(request, out _);

    private static ReconcileSimulation Start(CreateRequest request, out SimulatedCluster cluster)
    {
        cluster = SimulatedCluster.Formed(request);
        return new ReconcileSimulation(cluster, ReconcileSimulation.DesiredOf(request));
    }
}
