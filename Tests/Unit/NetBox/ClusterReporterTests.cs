using NetBox.Tools.Cluster;
using RedisCluster.Topology;

namespace Unit.NetBox;

public class ClusterReporterTests
{
    [Fact]
    public void Nodes_are_listed_shard_by_shard()
    {
        var report = ClusterReporter.Nodes(SampleCluster.Healthy());
        Assert.Equal(
            ["127.0.0.1:7101", "127.0.0.1:7104", "127.0.0.1:7102", "127.0.0.1:7105", "127.0.0.1:7103", "127.0.0.1:7106"],
            report.Nodes.Select(n => n.Address));
        Assert.All(report.Nodes, n => Assert.Equal("ok", n.State));
        var replica = report.Nodes[1];
        Assert.Equal(("replica", "127.0.0.1:7101", "up", 0), (replica.Role, replica.MasterAddress, replica.ReplicationLink, replica.SlotCount));
        Assert.Equal([new(0, 5460)], report.Nodes[0].Slots);
    }

    [Fact]
    public void A_dead_master_is_shown_as_its_peers_see_it()
    {
        var report = ClusterReporter.Nodes(SampleCluster.FirstMasterDown());
        Assert.Equal(6, report.Nodes.Count);
        var dead = report.Nodes[0];
        Assert.Equal(("127.0.0.1:7101", "master", "failed", "connection refused", 5461), (dead.Address, dead.Role, dead.State, dead.Problem, dead.SlotCount));
        Assert.Equal("down", report.Nodes[1].ReplicationLink);
        Assert.Equal("down", report.Nodes[2].State);

        var info = ClusterReporter.Info(SampleCluster.FirstMasterDown());
        Assert.Equal(("fail", 0, 5, 5461, (long?)null), (info.State, info.NodesOk, info.NodesAnswered, info.SlotsFailed, info.Keys));
    }

    [Fact]
    public void A_node_nobody_knows_is_shown_too()
    {
        var alone = new NodeObservation
        {
            Endpoint = new NodeEndpoint("127.0.0.1", 7109),
            MyId = NodeId.Parse(new string('9', 40)),
            View = ClusterView.Parse($"{new string('9', 40)} :7109@17109 myself,master - 0 0 0 connected\n"),
            Info = ClusterInfo.Parse("cluster_state:fail\r\ncluster_slots_assigned:0\r\ncluster_slots_ok:0\r\ncluster_slots_pfail:0\r\ncluster_slots_fail:0\r\ncluster_known_nodes:1\r\ncluster_size:0\r\ncluster_current_epoch:0\r\ncluster_my_epoch:0\r\n"),
        };
        var report = ClusterReporter.Nodes(SampleCluster.Of([.. SampleCluster.Healthy().Nodes, alone]));
        Assert.Equal(("127.0.0.1:7109", "down"), (report.Nodes[^1].Address, report.Nodes[^1].State));
        Assert.Equal("mixed", ClusterReporter.Info(SampleCluster.Of([.. SampleCluster.Healthy().Nodes, alone])).State);

        var fresh = ClusterReporter.Nodes(SampleCluster.Of([alone]));
        Assert.Equal("127.0.0.1:7109", Assert.Single(fresh.Nodes).Address);
    }

    [Fact]
    public void A_node_asked_under_two_names_is_shown_once()
    {
        var twice = SampleCluster.Healthy().Nodes.Add(SampleCluster.Node(0) with { Endpoint = new NodeEndpoint("localhost", 7101) });
        Assert.Equal(6, ClusterReporter.Nodes(SampleCluster.Of(twice)).Nodes.Count);
    }

    [Fact]
    public void The_check_counts_its_findings()
    {
        var healthy = ClusterReporter.Check(SampleCluster.Healthy());
        Assert.True(healthy.Healthy);
        Assert.Equal((0, 6, 3, 16384), (healthy.Errors, healthy.Nodes, healthy.Masters, healthy.SlotsCovered));

        var down = ClusterReporter.Check(SampleCluster.FirstMasterDown());
        Assert.False(down.Healthy);
        Assert.Equal(down.Findings.Count(f => f.Severity == "error"), down.Errors);
        Assert.Contains(down.Findings, f => f is { Code: "unreachable", Node: "127.0.0.1:7101" });
        Assert.Equal("error", down.Findings[0].Severity);
    }
}
