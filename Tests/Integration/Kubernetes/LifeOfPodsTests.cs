using System.Diagnostics;

namespace Integration.Kubernetes;

/// <summary>
/// The life of a StatefulSet's pods on this machine: the published scripts, the real initialiser watching, an API server that says what one says, and at
/// every start an address that no pod ever had. Whatever happens, what was written is there.
/// </summary>
public sealed class LifeOfPodsTests(PublishedFolder published) : IClassFixture<PublishedFolder>
{
    [Fact]
    public async Task First_start_rolling_restart_all_at_once_up_to_eight_and_back_to_six()
    {
        var watch = Stopwatch.StartNew();
        await using var life = await PodLife.StartAsync(published, 6);
        await life.SteadyAsync(nodes: 6, shards: 3);
        Say("formed");
        await life.AssertPlacementAsync();
        await life.WriteAsync(500);

        // As the controller does: from the highest number down, the next one when the last one is ready.
        for (var i = 5; i >= 0; i--)
        {
            await life.RestartAsync(i);
        }

        await life.SteadyAsync(nodes: 6, shards: 3);
        Say("restarted one by one");
        await life.AssertDataAsync();

        await life.RestartAllAsync();
        await life.SteadyAsync(nodes: 6, shards: 3);
        Say("all killed and back");
        await life.AssertDataAsync();
        await life.WriteAsync(500);

        await life.ScaleUpAsync(8);
        await life.SteadyAsync(nodes: 8, shards: 4);
        Say("scaled to 8");
        await life.AssertDataAsync();
        await life.AssertPlacementAsync();
        await life.WriteAsync(500);

        await life.ScaleDownAsync(6);
        await life.SteadyAsync(nodes: 6, shards: 3);
        Say("scaled to 6");
        await life.AssertDataAsync();
        Assert.Equal(0, await life.StopWorkerAsync());

        void Say(string what)
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"{watch.Elapsed.TotalSeconds,6:0.0} s  {what}");
            watch.Restart();
        }
    }
}
