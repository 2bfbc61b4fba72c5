using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using RedisCluster.Operations;
using StackExchange.Redis;

namespace RedisClusterAspire.Benchmarks;

/// <summary>
/// The hit counter without the AppHost around it: one server loaded at a time, on a cluster of 3+3, beside the same web server answering a fixed
/// text and beside what one would write first, an INCR per request.
/// </summary>
internal static class CounterBenchmark
{
    private const int Pages = 100;

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
        (string Name, string Program, string[] Arguments, int Pages)[] kinds =
        [
            ("bare plaintext endpoint", self, ["bare"], 0),
            ("`GET /`, Replicated", api, [.. hitCounter, "--HitCounter:Durability=Replicated"], 0),
            ("`GET /`, Local", api, [.. hitCounter, "--HitCounter:Durability=Local"], 0),
            ($"`GET /{{name}}` over {Pages} pages, Replicated", api, [.. hitCounter, "--HitCounter:Durability=Replicated"], Pages),
            ("one INCR per request", self, ["incr", nodes], 0),
        ];
        var sides = new List<CounterSide>();
        try
        {
            foreach (var (name, program, arguments, pages) in kinds)
            {
                sides.Add(new CounterSide(name, await WebServer.StartAsync(program, arguments, stop), pages));
            }

            // Until the compiler has nothing more to do: it takes its time from a core as well.
            foreach (var side in sides)
            {
                await side.WarmUpAsync(stop);
            }

            // In turns, so that what else the machine does meanwhile hits all sides alike.
            for (var round = 0; round < rounds; round++)
            {
                foreach (var connections in Connections)
                {
                    foreach (var side in sides)
                    {
                        var result = await side.MeasureAsync(seconds, connections, stop);
                        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round + 1}, {connections} connections, {side.Name}: {result.Load.Rate:0}/s"));
                    }
                }
            }
        }
        finally
        {
            foreach (var side in sides)
            {
                await side.DisposeAsync();
            }
        }

        Console.WriteLine("| connections | | requests/s | ratio | p50 ms | p99 ms | p99.9 ms | server CPU µs per request |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var connections in Connections)
        {
            var most = sides[0].Middle(connections).Load.Rate;
            foreach (var side in sides)
            {
                var (load, processor) = side.Middle(connections);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {connections} | {side.Name} | {load.Rate:0} | {load.Rate / most:0.00} | {load.P50:0.00} | {load.P99:0.00} | {load.P999:0.00} | {processor.TotalMicroseconds:0.0} |"));
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
}
