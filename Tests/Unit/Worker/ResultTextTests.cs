using ClusterInit.Worker;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Topology;
using Unit.NetBox;

namespace Unit.Worker;

public class ResultTextTests
{
    [Fact]
    public void A_formed_cluster_is_summed_up()
    {
        var text = Text(SampleCluster.Healthy(), alreadyFormed: false, steps: 29);
        Assert.Contains("M: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 127.0.0.1:7101", text);
        Assert.Contains("S: dddddddddddddddddddddddddddddddddddddddd 127.0.0.1:7104", text);
        Assert.Contains("slots:[0-5460] (5461 slots) master, 1 replica", text);
        Assert.Contains("[OK] All nodes agree about slots configuration.", text);
        Assert.Contains("[OK] All 16384 slots covered.", text);
        Assert.EndsWith("cluster orders: formed in 29 steps, writes accepted by every shard; 3 masters and 3 replicas; 0.61 s, 0.05 s of them waiting for the nodes", text);
    }

    [Fact]
    public void A_cluster_that_stood_is_said_to_have_been_left_alone() =>
        Assert.Contains("cluster orders: stood already and was left alone; ", Text(SampleCluster.Healthy(), alreadyFormed: true, steps: 0));

    [Fact]
    public void Faults_are_listed()
    {
        var text = Text(SampleCluster.FirstMasterDown(), alreadyFormed: true, steps: 0);
        Assert.Contains("\n[ERR] ", text);
        Assert.Contains("cluster orders: has faults; ", text);
    }

    private static string Text(ClusterObservation observation, bool alreadyFormed, int steps) => string.Join('\n', ResultText.Lines(
        "orders",
        new CreateResult(alreadyFormed, steps, observation, ClusterChecker.Check(observation), TimeSpan.FromMilliseconds(612), TimeSpan.FromMilliseconds(50))));
}
