using static Integration.Kubernetes.Worker.ApiObjects;

namespace Integration.Kubernetes.Worker;

/// <summary>What there shall be, as pods, Kubernetes nodes and the StatefulSet say, whatever the API server does.</summary>
public sealed class PodClusterSourceTests
{
    private const string PodsList = "GET /api/v1/namespaces/shop/pods";

    [Fact]
    public async Task Addresses_nodes_and_zones_come_from_the_pods()
    {
        await using var api = await SixPodsAsync();
        await using var worker = KubernetesWorker.Start(api);
        Assert.Equal(
            [
                "redis-cluster-0 10.0.0.10:6379 node-0 a",
                "redis-cluster-1 10.0.0.11:6379 node-1 b",
                "redis-cluster-2 10.0.0.12:6379 node-2 c",
                "redis-cluster-3 10.0.0.13:6379 node-0 a",
                "redis-cluster-4 10.0.0.14:6379 node-1 b",
                "redis-cluster-5 10.0.0.15:6379 node-2 c",
            ],
            await worker.DescribeAsync());
        await worker.DescribeAsync();
        Assert.Equal(3, api.Requests.Count(request => request.Contains("/nodes/", StringComparison.Ordinal)));
        Assert.Equal(["Information: Kubernetes: redis-cluster in namespace shop has 6 replicas"], worker.Log);
    }

    [Fact]
    public async Task A_pod_that_goes_is_called_by_its_name_until_it_is_back_under_another_address()
    {
        await using var api = await SixPodsAsync();
        await using var worker = KubernetesWorker.Start(api);
        await worker.DescribeAsync();
        api.Delete(Pods, "redis-cluster-3");
        await worker.WaitAsync(nodes => nodes[3] == "redis-cluster-3 redis-cluster-3.nodes:6379 - -");
        api.Put(Pods, Pod("redis-cluster-3", "node-1", null));
        await worker.WaitAsync(nodes => nodes[3] == "redis-cluster-3 redis-cluster-3.nodes:6379 node-1 b");
        api.Put(Pods, Pod("redis-cluster-3", "node-1", "10.0.0.99"));
        await worker.WaitAsync(nodes => nodes[3] == "redis-cluster-3 10.0.0.99:6379 node-1 b");
    }

    [Fact]
    public async Task Nodes_that_speak_TLS_keep_the_names_their_certificates_have()
    {
        await using var api = await SixPodsAsync();
        await using var worker = KubernetesWorker.Start(api, change: settings => settings with { KeepNames = true });
        Assert.Equal("redis-cluster-0 redis-cluster-0.nodes:6379 node-0 a", (await worker.DescribeAsync())[0]);
    }

    [Fact]
    public async Task The_replicas_of_the_StatefulSet_are_followed_up_and_down()
    {
        await using var api = await SixPodsAsync();
        await using var worker = KubernetesWorker.Start(api);
        Assert.Equal(6, (await worker.DescribeAsync()).Length);
        api.Put(StatefulSets, StatefulSet("redis-cluster", 8));
        var eight = await worker.WaitAsync(nodes => nodes.Length == 8);
        Assert.Equal("redis-cluster-7 redis-cluster-7.nodes:6379 - -", eight[7]);
        api.Put(Pods, Pod("redis-cluster-7", "node-2", "10.0.0.17"));
        await worker.WaitAsync(nodes => nodes[7] == "redis-cluster-7 10.0.0.17:6379 node-2 c");
        Assert.Equal(4, (await worker.ReadAsync()).ShardCount);
        api.Put(StatefulSets, StatefulSet("redis-cluster", 6));
        await worker.WaitAsync(nodes => nodes.Length == 6);

        // Nobody means to take a cluster apart by putting it to sleep.
        api.Put(StatefulSets, StatefulSet("redis-cluster", 0));
        await worker.WaitAsync(_ => worker.Log.Any(line => line.EndsWith("has 0 replicas", StringComparison.Ordinal)));
        Assert.Equal(6, (await worker.DescribeAsync()).Length);
    }

    [Fact]
    public async Task Pods_that_are_going_when_it_starts_are_told_of_once()
    {
        await using var api = await SixPodsAsync();
        api.Put(Pods, Pod("redis-cluster-6", "node-0", "10.0.0.16"));
        api.Put(Pods, Pod("redis-cluster-7", "node-1", "10.0.0.17"));
        await using var worker = KubernetesWorker.Start(api);
        Assert.Equal("redis-cluster-7 10.0.0.17:6379 node-1 b", (await worker.DescribeAsync())[^1]);
        Assert.Equal(6, (await worker.DescribeAsync()).Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_watch_that_breaks_goes_on_from_where_it_was(bool inOrder)
    {
        await using var api = await SixPodsAsync();
        await using var worker = KubernetesWorker.Start(api);
        await worker.DescribeAsync();
        api.Put(Pods, Pod("redis-cluster-1", "node-2", "10.0.0.20"));
        await worker.WaitAsync(nodes => nodes[1] == "redis-cluster-1 10.0.0.20:6379 node-2 c");
        api.BreakWatches(Pods, inOrder);
        api.Put(Pods, Pod("redis-cluster-1", "node-2", "10.0.0.21"));
        api.Delete(Pods, "redis-cluster-5");
        await worker.WaitAsync(nodes => nodes[1].Contains("10.0.0.21", StringComparison.Ordinal) && nodes[5].Contains(".nodes:", StringComparison.Ordinal));
        Assert.Single(api.Requests, PodsList);
        Assert.Equal(!inOrder, worker.Log.Any(line => line.StartsWith("Warning: Kubernetes: pods in namespace shop: ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_version_the_server_has_forgotten_means_listing_anew(bool asEvent)
    {
        await using var api = await SixPodsAsync();
        await using var worker = KubernetesWorker.Start(api);
        await worker.DescribeAsync();
        api.Delete(Pods, "redis-cluster-5");
        api.Put(Pods, Pod("redis-cluster-1", "node-2", "10.0.0.20"));
        await worker.WaitAsync(nodes => nodes[1].Contains("10.0.0.20", StringComparison.Ordinal));
        api.Refuse("WATCH /api/v1/namespaces/shop/pods", 500, "etcdserver: leader changed");
        api.BreakWatches(Pods, inOrder: true);
        api.Put(Pods, Pod("redis-cluster-1", "node-2", "10.0.0.21"));
        api.Delete(Pods, "redis-cluster-4");
        api.Compact(Pods, asEvent);
        api.Heal();
        await worker.WaitAsync(nodes => nodes[1].Contains("10.0.0.21", StringComparison.Ordinal) && nodes[4].Contains(".nodes:", StringComparison.Ordinal));
        Assert.True(api.Requests.Count(request => request == PodsList) >= 2);
        Assert.DoesNotContain(worker.Log, line => line.Contains("too old", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_right_to_see_pods_one_line_says_so_and_names_stay()
    {
        await using var api = await SixPodsAsync();
        const string Message = "pods is forbidden: User \"system:serviceaccount:shop:default\" cannot list resource \"pods\" in API group \"\" in the namespace \"shop\"";
        api.Refuse("/pods", 403, Message);
        await using var worker = KubernetesWorker.Start(api);
        Assert.Equal("redis-cluster-0 redis-cluster-0.nodes:6379 - -", (await worker.DescribeAsync())[0]);
        await worker.WaitAsync(_ => api.Requests.Count(request => request == PodsList) >= 3);
        Assert.Single(worker.Log, $"Warning: Kubernetes: pods in namespace shop: 403 Forbidden: {Message}; going on without");
        api.Heal();
        await worker.WaitAsync(nodes => nodes[0] == "redis-cluster-0 10.0.0.10:6379 node-0 a");
        await worker.WaitAsync(_ => worker.Log.Contains("Information: Kubernetes: pods in namespace shop: seen again"));
    }

    [Fact]
    public async Task Without_the_right_to_watch_pods_are_listed_again_and_again()
    {
        await using var api = await SixPodsAsync();
        api.Refuse("WATCH /api/v1/namespaces/shop/pods", 403, "pods is forbidden: cannot watch");
        await using var worker = KubernetesWorker.Start(api);
        await worker.DescribeAsync();
        api.Put(Pods, Pod("redis-cluster-1", "node-2", "10.0.0.20"));
        await worker.WaitAsync(nodes => nodes[1] == "redis-cluster-1 10.0.0.20:6379 node-2 c");
        Assert.Single(worker.Log, line => line.Contains("cannot watch; going on with what is known", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_right_to_see_the_StatefulSet_the_number_is_the_one_listed()
    {
        await using var api = await SixPodsAsync();
        api.Refuse("/statefulsets", 403, "statefulsets.apps is forbidden");
        api.Put(StatefulSets, StatefulSet("redis-cluster", 8));
        await using var worker = KubernetesWorker.Start(api);
        var nodes = await worker.DescribeAsync();
        Assert.Equal(6, nodes.Length);
        Assert.Equal("redis-cluster-0 10.0.0.10:6379 node-0 a", nodes[0]);
        Assert.Single(worker.Log, line => line.Contains("StatefulSet redis-cluster in namespace shop: 403", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Without_the_zone_of_one_node_no_zone_counts(int status)
    {
        await using var api = await SixPodsAsync();
        api.Refuse("/nodes/node-2", status, "nodes \"node-2\"");
        await using var worker = KubernetesWorker.Start(api);
        Assert.All(await worker.DescribeAsync(), node => Assert.EndsWith(" -", node));
        Assert.Equal("redis-cluster-0 10.0.0.10:6379 node-0 -", (await worker.DescribeAsync())[0]);
        Assert.Single(worker.Log, line => line.StartsWith("Warning: Kubernetes: zone of node node-2: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_API_server_that_says_nothing_holds_nobody_up_for_long()
    {
        await using var api = await SixPodsAsync();
        api.Silence("/");
        await using var worker = KubernetesWorker.Start(api, change: settings => settings with { RequestTimeout = TimeSpan.FromSeconds(0.5) });
        Assert.Equal(6, (await worker.DescribeAsync()).Length);
        Assert.Contains("Warning: Kubernetes: pods in namespace shop: no answer in time; going on without", worker.Log);
        api.Heal();
        await worker.WaitAsync(nodes => nodes[0].StartsWith("redis-cluster-0 10.0.0.10:6379", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_API_server_that_is_not_there_is_one_line()
    {
        var api = await SixPodsAsync();
        await using var worker = KubernetesWorker.Start(api);
        Assert.Equal("redis-cluster-0 10.0.0.10:6379 node-0 a", (await worker.DescribeAsync())[0]);
        await api.DisposeAsync();
        await worker.WaitAsync(_ => worker.Log.Any(line => line.Contains("refused", StringComparison.Ordinal)));
        Assert.Equal("redis-cluster-0 10.0.0.10:6379 node-0 a", (await worker.DescribeAsync())[0]);
    }

    private static async Task<FakeApiServer> SixPodsAsync()
    {
        var api = await FakeApiServer.StartAsync();
        foreach (var i in Enumerable.Range(0, 3))
        {
            api.Put(Nodes, Node($"node-{i}", $"{"abc"[i]}"));
        }

        foreach (var i in Enumerable.Range(0, 6))
        {
            api.Put(Pods, Pod($"redis-cluster-{i}", $"node-{i % 3}", $"10.0.0.1{i}"));
        }

        api.Put(Pods, Pod("hit-counter-7b9c-x2x", "node-1", "10.0.0.50", "hit-counter"));
        api.Put(StatefulSets, StatefulSet("redis-cluster", 6));
        return api;
    }
}
