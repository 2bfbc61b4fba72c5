using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using RedisCluster.Hosting;

namespace Integration.AppHosting;

/// <summary>
/// Faults at random under load, through the AppHost: every number is handed out once, and the count is that of the hits answered and at most those
/// that were given up. CHAOS_ROUNDS makes it longer, CHAOS_SEED repeats a run.
/// </summary>
public sealed class ChaosTests
{
    private const int Clients = 32;
    private const int Rounds = 12;
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Floor = NodeTimeout + TimeSpan.FromSeconds(0.5);

    [Fact]
    public Task Nodes_are_killed_silenced_restarted_and_handed_over() => RunAsync(random =>
        Shuffled(random, Fault.MasterKilled, Fault.ReplicaKilled, Fault.MasterSilent, Fault.ReplicaSilent, Fault.NodeRestarted, Fault.HandedOver));

    [Fact]
    public Task Instances_of_the_hit_counter_are_killed_and_all_nodes_stopped_and_started() => RunAsync(random =>
    [
        Fault.HitCounterKilled,
        .. Shuffled(random, Fault.MasterKilled, Fault.HitCounterKilled),
        Fault.AllNodesRestarted,
        .. Shuffled(random, Fault.MasterSilent, Fault.HitCounterKilled),
    ]);

    private static async Task RunAsync(Func<Random, Fault[]> plan)
    {
        var seed = Setting("CHAOS_SEED") ?? Random.Shared.Next();
        var rounds = Setting("CHAOS_ROUNDS") ?? Rounds;
        Say($"CHAOS_SEED={seed} CHAOS_ROUNDS={rounds}");
        var random = new Random(seed);
        await using var host = await RunningAppHost.StartAsync(Configure);
        var chaos = new Chaos(host, NodeTimeout, random);
        await chaos.WholeAsync();
        await using var clients = new ChaosClients(host.App.GetEndpoint("hit-counter", "http"), Clients);
        var gaps = new Dictionary<Fault, TimeSpan>();
        var faults = new Queue<Fault>();
        for (var round = 1; round <= rounds; round++)
        {
            if (faults.Count == 0)
            {
                faults = new Queue<Fault>(plan(random));
            }

            var fault = faults.Dequeue();
            await clients.TakeLongestGapAsync();
            await chaos.RunAsync(fault);
            var gap = await clients.TakeLongestGapAsync();
            gaps[fault] = gaps.TryGetValue(fault, out var longest) && longest > gap ? longest : gap;
        }

        var answered = await clients.StopAsync();
        var numbers = answered.SelectMany(own => own).ToList();
        using var client = host.App.CreateHttpClient("hit-counter", "http");
        client.Timeout = TimeSpan.FromSeconds(30);
        var count = (await client.GetFromJsonAsync<JsonElement>(new Uri("/count", UriKind.Relative), TestContext.Current.CancellationToken)).GetProperty("count").GetInt64();

        Say($"{numbers.Count} hits answered, {count} counted, {clients.GivenUp} given up ({clients.Failures})");
        foreach (var (fault, gap) in gaps.OrderBy(gap => gap.Key))
        {
            Say(string.Create(CultureInfo.InvariantCulture, $"{fault}: longest gap {gap.TotalSeconds:0.00} s; floor of a failover {Floor.TotalSeconds:0.0} s"));
        }

        Assert.NotEmpty(numbers);
        Assert.Equal(numbers.Count, numbers.Distinct().Count());
        Assert.All(answered, own => Assert.Equal(own.Order(), own));
        Assert.InRange(numbers.Max(), 1, count);
        Assert.InRange(count, numbers.Count, numbers.Count + clients.GivenUp);
    }

    // What was answered survives the end of every node's process only where it was flushed before.
    private static void Configure(IDistributedApplicationTestingBuilder builder)
    {
        builder.CreateResourceBuilder(builder.Resources.OfType<RedisClusterResource>().Single())
            .WithNodeTimeout(NodeTimeout)
            .WithRedisConfig("appendfsync", "always");
        builder.CreateResourceBuilder(builder.Resources.OfType<ProjectResource>().Single(resource => resource.Name == "hit-counter"))
            .WithEnvironment("HitCounter__NodeTimeout", NodeTimeout.ToString("c", CultureInfo.InvariantCulture));
    }

    private static Fault[] Shuffled(Random random, params Fault[] faults)
    {
        random.Shuffle(faults);
        return faults;
    }

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;

    private static void Say(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
