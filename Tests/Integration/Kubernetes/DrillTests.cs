using Integration.Kubernetes.Worker;
using k8s;
using NetBox.Tools.Drills;
using NetBox.Tools.Drills.Faults;
using RedisCluster.Topology;
using static Integration.Kubernetes.Worker.ApiObjects;

namespace Integration.Kubernetes;

/// <summary>Nodes that are pods are killed by deleting them, where that is allowed.</summary>
public sealed class DrillTests
{
    private static readonly DrillNode ByName = Node("redis-cluster-1.redis-cluster-nodes");
    private static readonly DrillNode ByAddress = Node("10.0.0.10");

    [Fact]
    public async Task Looking_whether_it_may_be_done_deletes_nothing_and_doing_it_deletes_the_pod()
    {
        await using var api = await ApiAsync();
        await using var channel = Channel(api);
        Assert.Null(await channel.ObstacleAsync(Fault.Killed, ByName, TestContext.Current.CancellationToken));
        Assert.Null(await channel.ObstacleAsync(Fault.Killed, ByAddress, TestContext.Current.CancellationToken));
        Assert.Equal(("pod redis-cluster-1", "pod redis-cluster-0"), (channel.NameOf(ByName), channel.NameOf(ByAddress)));
        Assert.NotNull(api.Get(Pods, "redis-cluster-0"));

        await channel.InflictAsync(Fault.Killed, [ByAddress], TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Null(api.Get(Pods, "redis-cluster-0"));
        Assert.NotNull(api.Get(Pods, "redis-cluster-1"));
    }

    [Fact]
    public async Task Without_the_permission_it_says_what_to_grant()
    {
        await using var api = await ApiAsync();
        api.Refuse("DELETE", 403, "pods is forbidden");
        await using var channel = Channel(api);
        var obstacle = await channel.ObstacleAsync(Fault.Killed, ByName, TestContext.Current.CancellationToken);
        Assert.Contains("kubectl -n shop create role netbox-drill --verb=list,delete --resource=pods", obstacle);
        Assert.NotNull(api.Get(Pods, "redis-cluster-1"));
    }

    [Fact]
    public async Task A_node_that_is_no_pod_and_a_fault_that_is_none_for_pods_are_told()
    {
        await using var api = await ApiAsync();
        await using var channel = Channel(api);
        Assert.Equal(
            "no pod of namespace shop has the address of 10.0.0.99:6379", await channel.ObstacleAsync(Fault.Killed, Node("10.0.0.99"), TestContext.Current.CancellationToken));
        Assert.StartsWith("404 ", await channel.ObstacleAsync(Fault.Killed, Node("redis-cluster-9.nodes"), TestContext.Current.CancellationToken));
        Assert.NotNull(await channel.ObstacleAsync(Fault.Frozen, ByName, TestContext.Current.CancellationToken));
    }

    private static async Task<FakeApiServer> ApiAsync()
    {
        var api = await FakeApiServer.StartAsync();
        api.Put(Pods, Pod("redis-cluster-0", "node-0", "10.0.0.10"));
        api.Put(Pods, Pod("redis-cluster-1", "node-1", "10.0.0.11"));
        return api;
    }

    private static KubernetesChannel Channel(FakeApiServer api) =>
        new KubernetesChannel(new k8s.Kubernetes(new KubernetesClientConfiguration { Host = api.Url }), FakeApiServer.Namespace);

    private static DrillNode Node(string host) => new(NodeId.Parse(new string('a', 39) + (host[^1] == '0' ? '0' : '1')), new NodeEndpoint(host, 6379));
}
