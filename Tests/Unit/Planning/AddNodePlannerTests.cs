using System.Collections.Immutable;
using FsCheck.Xunit;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.Planning;

public sealed class AddNodePlannerTests
{
    private static readonly NodeEndpoint New = new("127.0.0.1", 7199);
    private static readonly FunctionLibrary Library = new("mylib", "#!lua name=mylib\nredis.register_function('f', function() return 1 end)");

    [Fact]
    public void A_master_gets_the_functions_and_meets_everyone()
    {
        var (cluster, joining) = Cluster(Requests.Six);
        var plan = Plan(cluster, joining with { ClusterFunctions = [Library] });
        Assert.Equal(["confirm", "functions", "meet", "know"], plan.Phases.Select(phase => phase.Name));
        Assert.Equal(new CopyFunctions(New, Requests.Six.Nodes[0], 1, "a master has to have the functions of the others"), plan.Phases[1].Steps[0]);
        Assert.Equal(6, plan.Phases[2].Steps.Length);
        Assert.Equal([New], plan.Joining);
        Assert.Empty(plan.Warnings);
    }

    [Fact]
    public void A_replica_goes_where_it_is_needed_most_and_waits_for_its_link()
    {
        var (cluster, joining) = Cluster(Requests.Six);
        cluster[4].IsDown = true;
        var master = cluster[4].Master!;
        var plan = Plan(cluster, joining, new() { Node = New, AsReplica = true });
        Assert.Equal(["confirm", "meet", "know", "replicate", "sync"], plan.Phases.Select(phase => phase.Name));
        Assert.Equal(new Replicate(New, master.Endpoint, master.Id, "that shard has 0 working replicas"), plan.Phases[3].Steps[0]);
        Assert.Single(plan.Warnings, warning => warning.StartsWith("127.0.0.1:7105 does not answer", StringComparison.Ordinal));
        Assert.DoesNotContain(plan.Steps.OfType<Meet>(), meet => meet.Node == cluster[4].Endpoint);
    }

    [Fact]
    public void A_named_master_is_taken_and_a_replica_is_none()
    {
        var (cluster, joining) = Cluster(Requests.Six);
        AddNodeRequest By(string name) => new() { Node = New, Master = name };
        foreach (var name in new[] { cluster[2].Id.ToString(), "127.0.0.1:7103" })
        {
            Assert.Equal(cluster[2].Id, Plan(cluster, joining, By(name)).Steps.OfType<Replicate>().Single().MasterId);
        }

        Assert.Contains("is a replica itself", Only(Plan(cluster, joining, By("127.0.0.1:7105")), RefusalKind.BadRequest), StringComparison.Ordinal);
        Assert.Contains("6 nodes have an id that starts with 0000", Only(Plan(cluster, joining, By("0000")), RefusalKind.BadRequest), StringComparison.Ordinal);
        Assert.Contains("no node of the cluster has an id", Only(Plan(cluster, joining, By("abcd")), RefusalKind.BadRequest), StringComparison.Ordinal);
        Assert.Contains("names no node", Only(Plan(cluster, joining, By("first")), RefusalKind.BadRequest), StringComparison.Ordinal);
        Assert.Contains("at 127.0.0.1:9", Only(Plan(cluster, joining, By("127.0.0.1:9")), RefusalKind.BadRequest), StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_run_is_finished_and_a_finished_one_left_alone()
    {
        var cluster = new SimulatedCluster([.. Requests.Six.Nodes, New]);
        cluster.Apply(CreatePlanner.Plan(new([.. cluster.Observe().Nodes.Take(6)], DateTimeOffset.UnixEpoch), Requests.Six).Steps
            .Where(step => step is not (AwaitAgreement or AwaitReplicas or ProbeWrites)));
        var node = cluster[New];
        node.Knows.Add(cluster[0]);
        cluster[0].Knows.Add(node);
        JoiningNode Now() => Joining(cluster.Observe().Find(New)!);
        var request = new AddNodeRequest { Node = New, AsReplica = true };
        var half = AddNodePlanner.Plan(cluster.Observe(), Now(), request);
        Assert.Equal(5, half.Steps.OfType<Meet>().Count());
        Assert.Single(half.Steps.OfType<Replicate>());

        cluster.Gossip();
        var known = AddNodePlanner.Plan(cluster.Observe(), Now(), request);
        Assert.Equal(["know", "replicate", "sync"], known.Phases.Select(phase => phase.Name));
        Assert.True(AddNodePlanner.Plan(cluster.Observe(), Now(), new() { Node = New }).IsEmpty);

        // Its own word is not enough: it is waited for until the others say so, too.
        var before = cluster.Observe();
        node.Master = cluster[1];
        var ahead = before with { Nodes = [.. before.Nodes.Select(n => n.Endpoint == New ? cluster.Observe().Find(New)! : n)] };
        Assert.Equal(["know", "sync"], AddNodePlanner.Plan(ahead, Now(), request).Phases.Select(phase => phase.Name));
        Assert.True(AddNodePlanner.Plan(cluster.Observe(), Now(), request).IsEmpty);
        Assert.True(AddNodePlanner.Plan(cluster.Observe(), Now(), new() { Node = New, Master = cluster[1].Id.ToString() }).IsEmpty);
        Assert.Contains("follows", Only(AddNodePlanner.Plan(cluster.Observe(), Now(), new() { Node = New, Master = cluster[2].Id.ToString() }), RefusalKind.BadRequest), StringComparison.Ordinal);
        Assert.Contains("is a replica of this cluster already", Only(AddNodePlanner.Plan(cluster.Observe(), Now(), new() { Node = New }), RefusalKind.BadRequest), StringComparison.Ordinal);
    }

    [Fact]
    public void What_could_lose_data_is_refused()
    {
        var (cluster, joining) = Cluster(Requests.Six);
        Assert.Contains("holds 3 keys", Only(Plan(cluster, Alone(node => node.Keys = 3)), RefusalKind.HoldsKeys), StringComparison.Ordinal);
        Assert.Contains("does not say whether", Only(Plan(cluster, Alone(node => node.Keys = null)), RefusalKind.HoldsKeys), StringComparison.Ordinal);
        Assert.Contains("has slots of its own (2)", Only(Plan(cluster, Alone(node => node.Slots = SlotSet.Parse("4-5"))), RefusalKind.ForeignLayout), StringComparison.Ordinal);
        var elsewhere = $"{joining.Said.MyId} {New}@17199 myself,master - 0 0 0 connected\n{new string('e', 40)} 10.9.9.9:6379@16379 master - 0 0 0 connected";
        Assert.Contains(
            "knows eeeeeeee at 10.9.9.9:6379",
            Only(Plan(cluster, joining with { Said = joining.Said with { View = ClusterView.Parse(elsewhere) } }), RefusalKind.ForeignCluster),
            StringComparison.Ordinal);
        Assert.Contains("library mylib", Only(Plan(cluster, joining with { Functions = [Library] }), RefusalKind.LosesData), StringComparison.Ordinal);
        Assert.Contains(
            "eeeeeeee answers", Only(Plan(cluster, joining with { IdAtMeetAddress = NodeId.Parse(new string('e', 40)) }), RefusalKind.ForeignCluster), StringComparison.Ordinal);
        Assert.True(Plan(cluster, joining with { Functions = [Library], ClusterFunctions = [Library] }).Steps.All(step => step is not CopyFunctions));
    }

    [Fact]
    public void A_cluster_that_is_not_whole_has_to_be_mended_first()
    {
        var (cluster, joining) = Cluster(Requests.Six);
        cluster[0].Slots = cluster[0].Slots.Except(SlotSet.Parse("0-9"));
        Assert.Contains("10 slots of the cluster have no owner", Only(Plan(cluster, joining), RefusalKind.NotWell), StringComparison.Ordinal);
    }

    [Fact]
    public void A_silent_node_is_unreachable()
    {
        var (cluster, _) = Cluster(Requests.Six);
        var plan = Plan(cluster, Joining(new() { Endpoint = New, Problem = new(NodeProblemKind.Unreachable, "connection refused") }));
        Assert.Contains("connection refused", Only(plan, RefusalKind.Unreachable), StringComparison.Ordinal);
    }

    [Property(MaxTest = 60)]
    public bool The_shard_chosen_has_the_fewest_replicas_and_another_host_where_there_is_one(byte[] hosts, byte down, byte ofNew)
    {
        var request = Requests.OnHosts([.. hosts.Append<byte>(1).Append<byte>(2).Append<byte>(3).Append<byte>(4).Append<byte>(5).Append<byte>(6).Select(host => host % 4)], 1);
        var cluster = SimulatedCluster.Formed(request);
        var replicas = cluster.Nodes.Where(node => node.Master is not null).ToList();
        replicas[down % replicas.Count].IsDown = true;
        var node = new NodeEndpoint($"10.0.0.{ofNew % 4}", 9999);
        var joining = Joining(new SimulatedCluster([node]).Observe().Nodes[0] with { MyId = null }, node);
        var chosen = AddNodePlanner.Plan(cluster.Observe(), joining, new() { Node = node, AsReplica = true }).Steps.OfType<Replicate>().Single();

        (int, bool) Need(SimulatedNode master) =>
            (cluster.Nodes.Count(n => n.Master == master && !n.IsDown), master.Endpoint.Host == node.Host);
        var masters = cluster.Nodes.Where(n => n.Master is null && !n.Slots.IsEmpty).ToList();
        return Need(masters.Single(master => master.Id == chosen.MasterId)) == masters.Min(Need);
    }

    private static (SimulatedCluster Cluster, JoiningNode Joining) Cluster(CreateRequest request) => (SimulatedCluster.Formed(request), Alone(_ => { }));

    private static JoiningNode Alone(Action<SimulatedNode> change)
    {
        var node = new SimulatedCluster([New]);
        change(node[0]);
        return Joining(node.Observe().Nodes[0]);
    }

    // Simulated clusters number their nodes from 1: a node that was made alone needs an id of its own.
    private static JoiningNode Joining(NodeObservation said, NodeEndpoint? endpoint = null)
    {
        var id = NodeId.Parse(new string('d', 40));
        if (said.View is { Nodes.Length: 1 } view)
        {
            var me = view.Myself;
            var text = $"{id} {me.Address} myself,master - 0 0 0 connected {me.Slots.ToString().Replace(',', ' ')}";
            said = said with { Endpoint = endpoint ?? said.Endpoint, MyId = id, View = ClusterView.Parse(text) };
        }

        return new(said, [], said.View?.Myself.Id, []);
    }

    private static ClusterPlan Plan(SimulatedCluster cluster, JoiningNode joining, AddNodeRequest? request = null) =>
        AddNodePlanner.Plan(cluster.Observe(), joining, request ?? new() { Node = New });

    private static string Only(ClusterPlan plan, RefusalKind kind)
    {
        var refusal = Assert.Single(plan.Refusals);
        Assert.Equal(kind, refusal.Kind);
        Assert.True(plan.IsEmpty);
        Assert.DoesNotContain('\n', refusal.Message);
        return refusal.Message;
    }
}
