using RedisCluster.Operations;

namespace RedisClusterAspire.Benchmarks;

/// <summary>
/// From nothing to the first accepted write on every shard: redis-cli, the library, and the initialiser as a process. Each round has
/// fresh servers for each of the three, which have been up for three seconds (a server refuses writes for two after its start).
/// </summary>
internal static class FormBenchmark
{
    private const int Nodes = 6;
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan UpBefore = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(int rounds, CancellationToken stop)
    {
        List<TimeSpan> redisCli = [], library = [], worker = [];
        for (var round = 1; round <= rounds; round++)
        {
            redisCli.Add(await MeasureAsync(CreateByRedisCliAsync, stop));
            library.Add(await MeasureAsync(CreateByLibraryAsync, stop));
            worker.Add(await MeasureAsync(CreateByWorkerAsync, stop));
            Console.Error.WriteLine($"round {round}: redis-cli {redisCli[^1].TotalSeconds:0.00} s, library {library[^1].TotalSeconds:0.00} s, worker {worker[^1].TotalSeconds:0.00} s");
        }

        var theirs = new Series("`redis-cli --cluster create`", redisCli);
        Console.WriteLine("| forming 3+3, first accepted write on every shard | median s | range s | ratio |");
        Console.WriteLine("| --- | --- | --- | --- |");
        Console.WriteLine(theirs.Row());
        Console.WriteLine(new Series("`ClusterCreation` in process", library).Row(theirs));
        Console.WriteLine(new Series("`ClusterInit.Worker`, process start included", worker).Row(theirs));
        return 0;
    }

    private static async Task<TimeSpan> MeasureAsync(Func<ServerSet, CancellationToken, Task> create, CancellationToken stop)
    {
        await using var servers = ServerSet.Start(Nodes, NodeTimeout);
        await Task.Delay(UpBefore, stop);
        var writable = ShardWriters.FirstWriteOnEachAsync(servers.Nodes, Nodes / 2, stop);
        await create(servers, stop);
        return await writable;
    }

    private static Task CreateByRedisCliAsync(ServerSet servers, CancellationToken stop) => Tool.RunAsync(
        "redis-cli",
        ["--cluster", "create", .. servers.Nodes.Select(node => $"{node.Host}:{node.Port}"), "--cluster-replicas", "1", "--cluster-yes"],
        stop);

    private static Task CreateByLibraryAsync(ServerSet servers, CancellationToken stop) =>
        ClusterCreation.RunAsync(servers.Nodes, new CreateOptions { ReplicasPerShard = 1, NodeTimeout = NodeTimeout }, cancellationToken: stop);

    private static Task CreateByWorkerAsync(ServerSet servers, CancellationToken stop) => Tool.RunAsync(
        "dotnet",
        [Checkout.Built("ClusterInit.Worker", "ClusterInit.Worker.dll"), $"--Cluster:Nodes={string.Join(',', servers.Nodes)}", "--Cluster:ReplicasPerShard=1"],
        stop);
}
