using System.Globalization;
using ClusterInit.Worker.Kubernetes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using RedisCluster.Topology;

namespace Unit.Kubernetes.Worker;

public class PodNamesTests
{
    [Theory]
    [InlineData("redis-cluster-3", "redis-cluster", 3)]
    [InlineData("a-0", "a", 0)]
    [InlineData("a-1-10", "a-1", 10)]
    public void A_pod_has_a_StatefulSet_and_a_number(string pod, string statefulSet, int ordinal)
    {
        Assert.True(PodNames.TrySplit(pod, out var name, out var number));
        Assert.Equal((statefulSet, ordinal), (name, number));
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("redis-")]
    [InlineData("-1")]
    [InlineData("redis-x1")]
    [InlineData("redis-01")]
    [InlineData("redis-+1")]
    [InlineData("hit-counter-7b9c-x2x")]
    [InlineData("redis-99999999999")]
    public void What_is_no_pod_of_a_StatefulSet_is_not_taken_for_one(string pod) => Assert.False(PodNames.TrySplit(pod, out _, out _));

    [Theory]
    [InlineData("redis-0.nodes:6379", "redis-0")]
    [InlineData("redis-0.nodes.shop.svc.cluster.local:6379", "redis-0")]
    [InlineData("redis-0:6379", "redis-0")]
    [InlineData("10.0.0.1:6379", null)]
    [InlineData("[fd00::1]:6379", null)]
    public void The_pod_is_the_first_label_of_a_name(string node, string? pod) => Assert.Equal(pod, PodNames.PodOf(Endpoint(node)));

    [Theory]
    [InlineData("redis", "redis-0.nodes:6379", "redis-1.nodes:6379", "redis-2.nodes:6379")]
    [InlineData("redis", "redis-2.nodes:6379", "redis-0.nodes:6379", "redis-1.nodes:6379")]
    [InlineData("redis", "redis-0:6379")]
    [InlineData(null, "redis-0.nodes:6379", "redis-2.nodes:6379")]
    [InlineData(null, "redis-1.nodes:6379", "redis-2.nodes:6379")]
    [InlineData(null, "redis-0.nodes:6379", "redis-1.other:6379")]
    [InlineData(null, "redis-0.nodes:6379", "redis-1.nodes:6380")]
    [InlineData(null, "redis-0.nodes:6379", "cache-1.nodes:6379")]
    [InlineData(null, "redis-0.nodes:6379", "10.0.0.1:6379")]
    [InlineData(null, "redis.example.org:6379")]
    public void Nodes_are_a_StatefulSet_only_when_all_of_them_are(string? name, params string[] nodes) =>
        Assert.Equal(name, PodNames.StatefulSetOf([.. nodes.Select(Endpoint)]));

    [Property]
    public Property Scaling_keeps_who_is_listed_and_leads_to_a_StatefulSet_of_that_size() => Prop.ForAll(
        Gen.Choose(1, 30).SelectMany(listed => Gen.Choose(1, 40).SelectMany(replicas => Gen.Shuffle(Enumerable.Range(0, listed).ToArray())
            .Select(order => (Order: order, Replicas: replicas)))).ToArbitrary(),
        scaling =>
        {
            NodeEndpoint[] listed = [.. scaling.Order.Select(i => Endpoint(string.Create(CultureInfo.InvariantCulture, $"redis-{i}.nodes:6379")))];
            var nodes = PodNames.Scale(listed, "redis", scaling.Replicas);
            Assert.Equal(scaling.Replicas, nodes.Length);
            Assert.Equal("redis", PodNames.StatefulSetOf(nodes));
            Assert.Equal(listed.Where(nodes.Contains), nodes.Where(listed.Contains));
        });

    private static NodeEndpoint Endpoint(string text) => NodeEndpoint.TryParse(text, out var node) ? node : throw new FormatException(text);
}
