using System.Text.Json;
using NetBox.Tools.Reports;
using NetBox.Tools.Topology;
using RedisCluster.Topology;

namespace Unit.NetBox.Topology;

public class PictureMakerTests
{
    [Fact]
    public void A_healthy_cluster_is_three_shards_that_all_agree()
    {
        var picture = PictureMaker.Of(SampleCluster.Healthy());
        Assert.Equal(("ok", 16384, 6L, 6), (picture.State, picture.SlotsCovered, picture.Keys, picture.NodesAnswered));
        Assert.Equal(
            ["127.0.0.1:7101 <- 127.0.0.1:7104", "127.0.0.1:7102 <- 127.0.0.1:7105", "127.0.0.1:7103 <- 127.0.0.1:7106"],
            picture.Shards.Select(shard => $"{shard.Master.Address} <- {string.Join(' ', shard.Replicas.Select(replica => replica.Address))}"));
        Assert.Empty(picture.Others);
        Assert.Empty(picture.Differences);
        Assert.True(picture.IsWell());
        Assert.Equal(["slave"], picture.Shards[0].Replicas[0].Flags);
    }

    [Fact]
    public void A_replica_that_is_behind_is_measured_by_what_its_master_has_heard_of_it()
    {
        var healthy = SampleCluster.Healthy();
        var master = healthy.Nodes[0] with
        {
            Replication = ServerInfo.Parse("role:master\r\nmaster_repl_offset:1000\r\nslave0:ip=10.9.9.9,port=7104,state=online,offset=400,lag=7\r\n").Replication,
        };
        var picture = PictureMaker.Of(SampleCluster.Of([master, .. healthy.Nodes.Skip(1)]));
        Assert.Equal(new ReplicationPicture(10, "up", 600, 7), picture.Shards[0].Replicas[0].Replication);
        Assert.Equal(new ReplicationPicture(1000, null, null, null), picture.Shards[0].Master.Replication);

        // It hangs: what its master knows of it is all there is.
        picture = PictureMaker.Of(SampleCluster.Of([master, healthy.Nodes[1], healthy.Nodes[2], SampleCluster.Unreachable(3, "no answer"), healthy.Nodes[4], healthy.Nodes[5]]));
        Assert.Equal(new ReplicationPicture(400, null, 600, 7), picture.Shards[0].Replicas[0].Replication);
        Assert.Equal(("unreachable", "no answer"), (picture.Shards[0].Replicas[0].State, picture.Shards[0].Replicas[0].Problem));
        Assert.False(picture.IsWell());
    }

    [Fact]
    public void A_node_that_sees_it_otherwise_is_named()
    {
        var nodes = SampleCluster.Healthy().Nodes.ToArray();
        nodes[5] = SampleCluster.Node(5, failed: 0, ok: false);
        var differences = PictureMaker.Of(SampleCluster.Of(nodes)).Differences;
        Assert.Equal(
            ["cluster state", "127.0.0.1:7101 health"],
            differences.Select(difference => $"{difference.About} {difference.What}"));
        Assert.All(differences, difference => Assert.Equal(["127.0.0.1:7106"], difference.Opinions[1].Nodes));
        Assert.Equal(("ok", "failed"), (differences[1].Opinions[0].Says, differences[1].Opinions[1].Says));
        Assert.Equal(4, differences[1].Opinions[0].Nodes.Count);
    }

    [Fact]
    public void Slots_with_two_owners_are_named_as_ranges()
    {
        var nodes = SampleCluster.Healthy().Nodes.ToArray();
        var moved = string.Join('\n', nodes[1].View!.Nodes.Select(node => Line(node) + node.Slots switch
        {
            { IsEmpty: true } => "",
            var slots when slots.Contains(0) => " 0-5449",
            var slots when slots.Contains(6000) => " 5450-10922",
            var slots => $" {slots}",
        })) + "\n";
        nodes[1] = nodes[1] with { View = ClusterView.Parse(moved) };
        var difference = Assert.Single(PictureMaker.Of(SampleCluster.Of(nodes)).Differences);
        Assert.Equal(("slots 5450-5460", "owner"), (difference.About, difference.What));
        Assert.Equal(
            ["127.0.0.1:7101 say 5", "127.0.0.1:7102 say 1"],
            difference.Opinions.Select(opinion => $"{opinion.Says} say {opinion.Nodes.Count}"));

        static string Line(ClusterNode node) =>
            $"{node.Id} {node.Address} {(node.IsMyself ? "myself," : "")}{(node.IsMaster ? "master" : "slave")} {node.MasterId?.ToString() ?? "-"} 0 1 {node.ConfigEpoch} connected";
    }

    [Fact]
    public void When_nobody_answers_any_more_the_last_picture_stays_and_says_so()
    {
        var silence = SampleCluster.Of(Enumerable.Range(0, 6).Select(node => SampleCluster.Unreachable(node, "connection refused")));
        var picture = PictureMaker.Of(silence, PictureMaker.Of(SampleCluster.Healthy()));
        Assert.Equal(("unreachable", 0, 3), (picture.State, picture.NodesAnswered, picture.Shards.Count));
        Assert.All(picture.AllNodes(), node => Assert.Equal(("unreachable", (long?)null), (node.State, node.Keys)));
        Assert.False(picture.IsWell());

        var first = PictureMaker.Of(silence);
        Assert.Equal(("unreachable", 6), (first.State, first.Others.Count));
    }

    [Fact]
    public void Json_has_load_and_replication_as_objects_of_their_own()
    {
        var healthy = SampleCluster.Healthy();
        var load = new ServerLoad { UsedMemory = 1, MaxMemory = 2, OperationsPerSecond = 3, InputKilobytesPerSecond = 4.5, OutputKilobytesPerSecond = 6, Clients = 7, EvictedKeys = 8, Uptime = TimeSpan.FromSeconds(9) };
        var picture = PictureMaker.Of(SampleCluster.Of([healthy.Nodes[0] with { Load = load }, .. healthy.Nodes.Skip(1)]));
        var master = JsonSerializer.SerializeToElement(picture, NetBoxJson.Readable.ClusterPicture).GetProperty("shards")[0].GetProperty("master");
        Assert.Equal(
            """{"usedMemory":1,"maxMemory":2,"operationsPerSecond":3,"inputKilobytesPerSecond":4.5,"outputKilobytesPerSecond":6,"clients":7,"evictedKeys":8,"uptimeSeconds":9}""",
            JsonSerializer.Serialize(master.GetProperty("load")));
        Assert.Equal("""{"offset":10,"link":null,"lagBytes":null,"ackAgeSeconds":null}""", JsonSerializer.Serialize(master.GetProperty("replication")));
    }
}
