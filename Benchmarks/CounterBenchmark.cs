using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using RedisCluster.Operations;
using StackExchange.Redis;

namespace RedisClusterAspire.Benchmarks;

/// <summary>
/// The hit counter without the AppHost around it: one server at a time on a cluster of 3+3, beside the same web server answering a fixed
/// text and beside what one would write first, an INCR per request.
/// </summary>
internal static class CounterBenchmark
{
    private static readonly int[] Connections = [16, 64, 256];
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(int seconds, int rounds, CancellationToken stop)
    {
        await using var servers = ServerSet.Start(6, NodeTimeout);
        // A server refuses writes for two seconds after its start.
        await Task.Delay(TimeSpan.FromSeconds(3), stop);
        await ClusterCreation.RunAsync(servers.Nodes, new CreateOptions { ReplicasPerShard = 1 }, cancellationToken: stop);
        var nodes = string.Join(',', servers.Nodes.Select(node => $"{node.Host}:{node.Port}"));
        var self = Path.Combine(AppContext.BaseDirectory, "Benchmarks.dll");
        var api = Checkout.Built("HitCounter.Api", "HitCounter.Api.dll");
        string[] hitCounter = ["--urls=http://127.0.0.1:0", $"--ConnectionStrings:redis-cluster={nodes}"];
        (string Name, string Program, string[] Arguments)[] sides =
        [
            ("bare plaintext endpoint", self, ["bare"]),
            ("`GET /`, Replicated", api, [.. hitCounter, "--HitCounter:Durability=Replicated"]),
            ("`GET /`, Local", api, [.. hitCounter, "--HitCounter:Durability=Local"]),
            ("one INCR per request", self, ["incr", nodes]),
        ];

        var results = new Dictionary<(int Side, int Connections), List<Wrk>>();
        for (var round = 0; round < rounds; round++)
        {
            for (var side = 0; side < sides.Length; side++)
            {
                await using var server = await WebServer.StartAsync(sides[side].Program, sides[side].Arguments, stop);
                await Wrk.RunAsync(server.Url, 4, 64, stop);
                foreach (var connections in Connections)
                {
                    var result = await Wrk.RunAsync(server.Url, seconds, connections, stop);
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round + 1}, {connections} connections, {sides[side].Name}: {result.Rate:0}/s"));
                    results.TryAdd((side, connections), []);
                    results[(side, connections)].Add(result);
                }
            }
        }

        Console.WriteLine("| connections | | requests/s | ratio | p50 ms | p99 ms | p99.9 ms |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var connections in Connections)
        {
            var most = Middle(results[(0, connections)]).Rate;
            for (var side = 0; side < sides.Length; side++)
            {
                var result = Middle(results[(side, connections)]);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {connections} | {sides[side].Name} | {result.Rate:0} | {result.Rate / most:0.00} | {result.P50:0.00} | {result.P99:0.00} | {result.P999:0.00} |"));
            }
        }

        return 0;
    }

    /// <summary>The web server of the bare endpoint with an INCR behind every request. Serves until its input ends.</summary>
    public static async Task<int> ServeIncrementAsync(string nodes, CancellationToken stop)
    {
        await using var store = await ConnectionMultiplexer.ConnectAsync(nodes);
        var database = store.GetDatabase();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapGet("/", async () => $"I have been hit {await database.StringIncrementAsync("incr")} times since deployment.");
        await app.StartAsync(stop);
        Console.WriteLine(app.Urls.First());
        await Console.In.ReadLineAsync(stop);
        await app.StopAsync(stop);
        return 0;
    }

    // By requests per second; the quantiles are those of the same run.
    private static Wrk Middle(List<Wrk> runs) => runs.OrderBy(run => run.Rate).ElementAt(runs.Count / 2);
}
