using System.Diagnostics;
using Aspire.Hosting.Testing;
using Integration.HitCounter;
using Integration.Support;
using RedisCluster.Topology;

namespace Integration.AppHosting;

/// <summary>Nodes are lost while hits come in, and nobody is told 503: everything at its default, the bound included.</summary>
public sealed class NodeLossTests
{
    private const int Callers = 16;

    [Fact]
    public async Task The_counters_master_and_then_another_are_killed_and_every_hit_is_answered_in_turn()
    {
        await using var host = await RunningAppHost.StartAsync();
        var numbers = new List<long> { await NumberAsync(host) };

        var first = await host.OwnerAsync();
        await host.KillAsync(first);
        numbers.AddRange(await HitTogetherAsync(host, "the counter's master killed"));

        // The next one, as soon as the first one's slots are served again: a majority is needed for that.
        await Eventually.TrueAsync(
            async () => (await host.ObserveAsync()).Nodes.Where(node => node.IsReachable).All(node => node.Info is { IsOk: true, SlotsFailed: 0, SlotsPossiblyFailed: 0, SlotsOk: HashSlot.Count }),
            TimeSpan.FromSeconds(60),
            "all slots served");
        var followed = (await host.ObserveAsync()).Nodes.First(
            node => node.View is { Myself.IsMaster: true } view && view.Nodes.Any(other => other.MasterId == node.MyId && !other.IsFailed));
        await host.KillAsync(await host.IndexAsync(followed.Endpoint));
        numbers.AddRange(await HitTogetherAsync(host, "another master killed"));

        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(n => (long)n), numbers.Order());
    }

    private static async Task<long[]> HitTogetherAsync(RunningAppHost host, string what)
    {
        var started = Stopwatch.GetTimestamp();
        var served = ServedAsync(host, started);
        var numbers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => NumberAsync(host)));
        var answered = Stopwatch.GetElapsedTime(started);
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: the counter is served after {(await served).TotalSeconds:0.00} s, hits are answered after {answered.TotalSeconds:0.00} s");
        return numbers;
    }

    private static async Task<TimeSpan> ServedAsync(RunningAppHost host, long started)
    {
        await Eventually.TrueAsync(async () => await host.FindOwnerAsync() is not null, TimeSpan.FromSeconds(60), "a reachable node owns the counter");
        return Stopwatch.GetElapsedTime(started);
    }

    private static async Task<long> NumberAsync(RunningAppHost host)
    {
        using var client = host.App.CreateHttpClient("hit-counter", "http");
        client.Timeout = TimeSpan.FromSeconds(30);
        using var response = await client.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        return await HitCounterProcess.NumberAsync(response);
    }
}
