using System.Diagnostics;
using System.Globalization;
using RedisCluster.Operations;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisClusterAspire.Benchmarks;

/// <summary>
/// Three shards become four and three again, under a constant load: redis-cli, netbox as a process, and the library. Each side has fresh
/// servers of its own in every round.
/// </summary>
internal static class RebalanceBenchmark
{
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan UpBefore = TimeSpan.FromSeconds(3);

    private static readonly (string Name, Func<NodeEndpoint, string?, CancellationToken, Task> Rebalance)[] Sides =
    [
        ("`redis-cli --cluster rebalance`", RedisCliAsync),
        ("`netbox cluster rebalance`, process start included", NetBoxAsync),
        ("`ClusterRebalance` in process", LibraryAsync),
    ];

    public static async Task<int> RunAsync(int rounds, int keys, int replicas, CancellationToken stop)
    {
        var results = Sides.Select(_ => new List<Result>()).ToArray();
        for (var round = 1; round <= rounds; round++)
        {
            for (var side = 0; side < Sides.Length; side++)
            {
                var result = await MeasureAsync(Sides[side].Rebalance, keys, replicas, stop);
                results[side].Add(result);
                Console.Error.WriteLine($"round {round}, {Sides[side].Name}: {result}");
            }
        }

        Console.WriteLine($"| 3 -> 4 -> 3 shards, {replicas} replicas each, {keys} keys, legacy migration | grow s | ratio | shrink s | ratio | load /s | longest call ms | calls repeated once | failed calls | lost keys |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        var theirs = Median(results[0]);
        for (var side = 0; side < Sides.Length; side++)
        {
            var ours = Median(results[side]);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {Sides[side].Name} | {ours.Grow:0.00} | {ours.Grow / theirs.Grow:0.00} | {ours.Shrink:0.00} | {ours.Shrink / theirs.Shrink:0.00} | {ours.Rate:0} | {results[side].Max(r => r.Stall):0} | {results[side].Sum(r => r.Repeated)} | {results[side].Sum(r => r.Failed)} | {results[side].Sum(r => r.Lost)} |"));
        }

        return results.SelectMany(side => side).All(result => result is { Failed: 0, Lost: 0 }) ? 0 : 1;
    }

    private static async Task<Result> MeasureAsync(
        Func<NodeEndpoint, string?, CancellationToken, Task> rebalance, int keys, int replicas, CancellationToken stop)
    {
        var size = 3 * (replicas + 1);
        // A master without its last slot becomes a replica, and its new master would wait 5 s for more of them before it sends its data. We
        // wait for the copy, redis-cli does not.
        await using var servers = ServerSet.Start(size + replicas + 1, NodeTimeout, "--repl-diskless-sync-delay", "0");
        await Task.Delay(UpBefore, stop);
        await ClusterCreation.RunAsync(
            [.. servers.Nodes.Take(size)], new CreateOptions { ReplicasPerShard = replicas, NodeTimeout = NodeTimeout }, cancellationToken: stop);
        var seed = servers.Nodes[0];
        var newcomer = servers.Nodes[size];
        foreach (var node in servers.Nodes.Skip(size))
        {
            await ClusterAddNode.RunAsync(
                [seed], new() { Node = node, Master = node == newcomer ? null : newcomer.ToClientString() }, new OperationOptions(), cancellationToken: stop);
        }

        await FillAsync(servers.Nodes, keys, stop);
        await using var load = await SteadyLoad.StartAsync(string.Join(',', servers.Nodes.Select(node => node.ToClientString())), keys);
        await Task.Delay(TimeSpan.FromSeconds(1), stop);
        load.TakeLongest();
        var calls = load.Calls;
        var started = Stopwatch.GetTimestamp();
        await rebalance(seed, null, stop);
        var grow = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await AssertSlotsAsync(seed, newcomer, HashSlot.Count / 4, stop);

        var id = (await SendAsync(newcomer, stop, "CLUSTER", "MYID")).AsText();
        var pause = Stopwatch.GetTimestamp();
        await rebalance(seed, id, stop);
        var shrink = Stopwatch.GetElapsedTime(pause).TotalSeconds;
        var rate = (load.Calls - calls) / Stopwatch.GetElapsedTime(started).TotalSeconds;
        var stall = load.TakeLongest().TotalMilliseconds;
        await AssertSlotsAsync(seed, newcomer, 0, stop);
        await load.EndAsync();
        return new(grow, shrink, rate, stall, load.Repeated, load.Failed, load.FirstFailure, load.Lost);
    }

    private static Task RedisCliAsync(NodeEndpoint seed, string? leaving, CancellationToken stop) => Tool.RunAsync(
        "redis-cli",
        ["--cluster", "rebalance", seed.ToClientString(), .. leaving is null ? ["--cluster-use-empty-masters"] : new[] { "--cluster-weight", $"{leaving}=0" }],
        stop);

    private static Task NetBoxAsync(NodeEndpoint seed, string? leaving, CancellationToken stop) => Tool.RunAsync(
        "dotnet",
        [
            Checkout.Built("NetBox.Tools", "netbox.dll"), "cluster", "rebalance", seed.ToClientString(), "--yes",
            .. leaving is null ? ["--use-empty-masters"] : new[] { "--weight", $"{leaving}=0" },
        ],
        stop);

    private static Task<OperationResult> LibraryAsync(NodeEndpoint seed, string? leaving, CancellationToken stop) => ClusterRebalance.RunAsync(
        [seed], leaving is null ? new() { UseEmptyMasters = true } : new() { Weights = [new(leaving, 0)] }, new(), cancellationToken: stop);

    private static async Task FillAsync(List<NodeEndpoint> nodes, int keys, CancellationToken stop)
    {
        var view = ClusterView.Parse((await SendAsync(nodes[0], stop, "CLUSTER", "NODES")).AsText());
        foreach (var master in view.Nodes.Where(node => !node.Slots.IsEmpty))
        {
            await using var connection = await RespConnection.ConnectAsync("127.0.0.1", master.Address.Port, cancellationToken: stop);
            foreach (var chunk in Enumerable.Range(0, keys).Select(SteadyLoad.Key).Where(key => master.Slots.Contains(HashSlot.Of(key))).Chunk(2000))
            {
                await Task.WhenAll(chunk.Select(key => connection.SendAsync(RespCommand.Of("SET", key, SteadyLoad.Value(0)), stop)));
            }
        }
    }

    // A tool may return before gossip has told everybody, and redis-cli does not begin before they agree.
    private static async Task AssertSlotsAsync(NodeEndpoint seed, NodeEndpoint node, int slots, CancellationToken stop)
    {
        for (var attempt = 0; ; attempt++)
        {
            var report = await ClusterCheck.RunAsync([seed], new(), stop);
            var count = report.Summary.Shards.FirstOrDefault(shard => shard.Master.Endpoint.IsSameClientAddress(node))?.Master.Slots.Count ?? 0;
            if (report.Healthy && count == slots)
            {
                return;
            }

            if (attempt == 300)
            {
                throw new InvalidOperationException($"{node.ToClientString()} has {count} slots, not {slots}: {string.Join("; ", report.Findings)}");
            }

            await Task.Delay(100, stop);
        }
    }

    private static async Task<RespValue> SendAsync(NodeEndpoint node, CancellationToken stop, params RespArgument[] words)
    {
        await using var connection = await RespConnection.ConnectAsync(node.Host, node.Port, cancellationToken: stop);
        return await connection.SendAsync(RespCommand.Of(words), stop);
    }

    // The times of the round in the middle.
    private static Result Median(List<Result> rounds) => rounds.OrderBy(round => round.Grow + round.Shrink).ElementAt(rounds.Count / 2);

    private sealed record Result(double Grow, double Shrink, double Rate, double Stall, long Repeated, long Failed, string? FirstFailure, long Lost)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"grow {Grow:0.00} s, shrink {Shrink:0.00} s, {Rate:0} calls/s, longest {Stall:0} ms, {Repeated} repeated, {Failed} failed, {Lost} lost{(FirstFailure is null ? "" : $"; {FirstFailure}")}");
    }
}
