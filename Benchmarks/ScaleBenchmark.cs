using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisClusterAspire.Benchmarks;

/// <summary>How the cost of create and check grows with the nodes, one replica per master, beside redis-cli on servers of the same kind.</summary>
internal static class ScaleBenchmark
{
    private const int Planned = 1000;
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan UpBefore = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(IReadOnlyList<int> sizes, CancellationToken stop)
    {
        Console.WriteLine("| nodes | create: redis-cli s | ours s | ratio | check: redis-cli s | `netbox cluster check` s | ratio | `ClusterCheck` in process s |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var size in sizes)
        {
            var theirCreate = (await MeasureAsync(size, CreateByRedisCliAsync, _ => Task.FromResult<double[]>([]), stop)).Create;
            var (ourCreate, checks) = await MeasureAsync(size, CreateByLibraryAsync, seed => CheckAsync(seed, stop), stop);
            var (theirCheck, netbox, library) = (checks[0], checks[1], checks[2]);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {size} | {theirCreate:0.00} | {ourCreate:0.00} | {ourCreate / theirCreate:0.00} | {theirCheck:0.00} | {netbox:0.00} | {netbox / theirCheck:0.00} | {library:0.000} |"));
        }

        Console.WriteLine();
        Console.WriteLine("| planning a creation | s |");
        Console.WriteLine("| --- | --- |");
        foreach (var size in sizes.Append(Planned))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {size} nodes | {Plan(size):0.000} |"));
        }

        return 0;
    }

    private static async Task<(double Create, double[] Checks)> MeasureAsync(
        int size, Func<ServerSet, CancellationToken, Task> create, Func<NodeEndpoint, Task<double[]>> check, CancellationToken stop)
    {
        await using var servers = ServerSet.Start(size, NodeTimeout);
        await Task.Delay(UpBefore, stop);
        var writable = ShardWriters.FirstWriteOnEachAsync(servers.Nodes, size / 2, stop);
        await create(servers, stop);
        return ((await writable).TotalSeconds, await check(servers.Nodes[0]));
    }

    // All three on the same cluster, once it is well.
    private static async Task<double[]> CheckAsync(NodeEndpoint seed, CancellationToken stop)
    {
        while (!(await ClusterCheck.RunAsync([seed], new(), stop)).Healthy)
        {
            await Task.Delay(UpBefore, stop);
        }

        return
        [
            await TimeAsync(() => Tool.RunAsync("redis-cli", ["--cluster", "check", seed.ToClientString()], stop)),
            await TimeAsync(() => Tool.RunAsync("dotnet", [Checkout.Built("NetBox.Tools", "netbox.dll"), "cluster", "check", seed.ToClientString()], stop)),
            await TimeAsync(() => ClusterCheck.RunAsync([seed], new(), stop)),
        ];
    }

    private static Task CreateByRedisCliAsync(ServerSet servers, CancellationToken stop) => Tool.RunAsync(
        "redis-cli",
        ["--cluster", "create", .. servers.Nodes.Select(node => $"{node.Host}:{node.Port}"), "--cluster-replicas", "1", "--cluster-yes"],
        stop);

    private static Task CreateByLibraryAsync(ServerSet servers, CancellationToken stop) =>
        ClusterCreation.RunAsync(servers.Nodes, new CreateOptions { ReplicasPerShard = 1, NodeTimeout = NodeTimeout }, cancellationToken: stop);

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    // Fresh nodes on ten hosts in three zones, so that placement has something to decide.
    private static double Plan(int size)
    {
        var nodes = Enumerable.Range(0, size).Select(i => new NodeEndpoint($"10.0.{i % 10}.{i / 10 % 250}", 6379 + (i / 2500))).ToImmutableArray();
        var observation = new ClusterObservation([.. nodes.Select(Fresh)], DateTimeOffset.UnixEpoch);
        var request = new CreateRequest
        {
            Nodes = nodes,
            ReplicasPerShard = 1,
            Labels = nodes.Select((node, i) => KeyValuePair.Create(node, new NodeLabels { Host = $"host-{i % 10}", Zone = $"zone-{i % 3}" })).ToImmutableDictionary(),
        };
        var started = Stopwatch.GetTimestamp();
        var plan = CreatePlanner.Plan(observation, request);
        var taken = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return plan.Outcome == PlanOutcome.Steps ? taken : throw new InvalidOperationException(plan.ToString());
    }

    private static NodeObservation Fresh(NodeEndpoint endpoint, int index)
    {
        var id = NodeId.Parse(index.ToString("x40", CultureInfo.InvariantCulture));
        return new()
        {
            Endpoint = endpoint,
            MyId = id,
            View = ClusterView.Parse($"{id} :{endpoint.Port}@{endpoint.Port + 10000} myself,master - 0 0 0 connected\n"),
            Info = ClusterInfo.Parse("cluster_state:fail\r\ncluster_slots_assigned:0\r\ncluster_slots_ok:0\r\ncluster_slots_pfail:0\r\ncluster_slots_fail:0\r\ncluster_known_nodes:1\r\ncluster_size:0\r\ncluster_current_epoch:0\r\ncluster_my_epoch:0\r\n"),
            Version = new(ServerProduct.Redis, new(7, 0, 15)),
            KeyCount = 0,
            NodeTimeout = NodeTimeout,
            IsClusterEnabled = true,
        };
    }
}
