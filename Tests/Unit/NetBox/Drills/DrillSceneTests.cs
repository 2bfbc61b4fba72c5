using System.Collections.Immutable;
using NetBox.Tools;
using NetBox.Tools.Drills;
using RedisCluster.Topology;

namespace Unit.NetBox.Drills;

public sealed class DrillSceneTests
{
    [Theory]
    [InlineData(null, 7101)]
    [InlineData("127.0.0.1:7102", 7102)]
    [InlineData("127.0.0.1:7106", 7103)]
    [InlineData("bbbbb", 7102)]
    public void A_node_stands_for_its_shards_master(string? node, int port)
    {
        var scene = DrillScene.Of(SampleCluster.Healthy(), new DrillRequest { Kind = DrillKind.Kill, Node = node });
        Assert.Equal(port, scene.Target!.Master.Endpoint.Port);
        Assert.Equal(port + 3, Assert.Single(scene.Target.Replicas).Endpoint.Port);
        Assert.Equal((3, 6, TimeSpan.FromSeconds(5)), (scene.Shards.Length, scene.Nodes.Length, scene.NodeTimeout));
    }

    [Fact]
    public void All_nodes_have_no_target() => Assert.Null(DrillScene.Of(SampleCluster.Healthy(), new DrillRequest { Kind = DrillKind.RestartAll }).Target);

    [Theory]
    [InlineData("127.0.0.1:9999", "'127.0.0.1:9999' is no node of the cluster")]
    [InlineData("b", "'b' is no node of the cluster")]
    public void A_node_that_is_none_is_bad_usage(string node, string message)
    {
        var fault = Assert.Throws<NetBoxException>(() => DrillScene.Of(SampleCluster.Healthy(), new DrillRequest { Kind = DrillKind.Kill, Node = node }));
        Assert.Equal(ExitCode.Usage, fault.Code);
        Assert.StartsWith(message, fault.Message);
    }

    [Fact]
    public void A_cluster_that_is_not_well_is_not_put_to_the_test()
    {
        var fault = Assert.Throws<NetBoxException>(() => DrillScene.Of(SampleCluster.FirstMasterDown(), new DrillRequest { Kind = DrillKind.Handover }));
        Assert.Equal(ExitCode.Refused, fault.Code);
        Assert.StartsWith("the cluster is not well: ", fault.Message);
    }

    [Fact]
    public void A_master_whose_replica_lags_behind_is_not_killed()
    {
        var healthy = SampleCluster.Healthy();
        var down = healthy.Nodes[3] with { Replication = healthy.Nodes[3].Replication! with { IsMasterLinkUp = false } };
        var observation = new ClusterObservation(healthy.Nodes.SetItem(3, down), healthy.Time);
        var fault = Assert.Throws<NetBoxException>(() => DrillScene.Of(observation, new DrillRequest { Kind = DrillKind.Kill, Node = "127.0.0.1:7101" }));
        Assert.Equal(ExitCode.Refused, fault.Code);
        Assert.StartsWith("127.0.0.1:7101 has no replica in step", fault.Message);
        Assert.Equal(7102, DrillScene.Of(observation, new DrillRequest { Kind = DrillKind.Kill }).Target!.Master.Endpoint.Port);
    }
}
