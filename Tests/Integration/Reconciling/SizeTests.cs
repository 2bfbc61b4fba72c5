using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Integration.Reconciling;

public sealed class SizeTests
{
    private const int Keys = 3000;

    [Fact]
    public async Task Three_shards_become_four_and_three_again_with_all_keys()
    {
        await using var servers = await RedisServers.StartAsync(8, "--appendonly", "yes");
        var six = MovingPlaces.Of([.. servers.Servers.Take(6)]);
        var places = new MovingPlaces(six);
        await using var watch = new RunningReconciler(places, holder: "one");
        await watch.UntilSteadyAsync();
        await KeySet.WriteAsync(servers.Servers, Keys);

        places.Cluster = MovingPlaces.Of(servers.Servers);
        await watch.UntilAsync(_ => watch.Done.Contains(ReconcileKind.Grow));
        var summary = (await watch.UntilSteadyAsync()).Decision.Summary!;
        Assert.All(summary.Shards, shard => Assert.Equal((4096, 1), (shard.Master.Slots.Count, shard.Replicas.Length)));
        Assert.Equal(4, summary.Shards.Length);
        Assert.Equal(Keys, await KeySet.CountAsync(servers.Servers, Keys));

        places.Cluster = six;
        await watch.UntilAsync(status => status.Decision.Summary!.NodeCount == 6);
        summary = (await watch.UntilSteadyAsync()).Decision.Summary!;
        Assert.Equal(3, summary.Shards.Length);
        Assert.All(summary.Shards, shard => Assert.InRange(shard.Master.Slots.Count, 5461, 5462));
        Assert.All(summary.Shards, shard => Assert.Single(shard.Replicas));
        Assert.Equal(Keys, await KeySet.CountAsync([.. servers.Servers.Take(6)], Keys));

        // Who left is fresh, also with what its disk holds: it may be asked to come back.
        foreach (var server in servers.Servers.Skip(6))
        {
            await server.KillAsync();
            Assert.True(await server.StartAsync(TestContext.Current.CancellationToken));
            Assert.Single(ClusterView.Parse((await server.CallAsync("CLUSTER", "NODES")).AsText()).Nodes);
            Assert.Equal(0, (await server.CallAsync("DBSIZE")).AsNumber());
        }
    }

    [Fact]
    public async Task Killed_after_any_step_while_it_grows_the_next_one_goes_on()
    {
        await using var servers = await RedisServers.StartAsync(8);
        var six = new MovingPlaces(MovingPlaces.Of([.. servers.Servers.Take(6)]));
        await using (var first = new RunningReconciler(six))
        {
            await first.UntilSteadyAsync();
        }

        await KeySet.WriteAsync(servers.Servers, Keys);
        var eight = new MovingPlaces(MovingPlaces.Of(servers.Servers));
        for (var kill = 1; kill <= 24; kill += 3)
        {
            await using var killed = new RunningReconciler(eight, afterStep: (number, _) =>
            {
                if (number == kill)
                {
                    throw new InjectedKillException();
                }
            });
            await killed.UntilEndedOrAsync(status => status.Decision.Kind == ReconcileKind.Steady);
        }

        await using var last = new RunningReconciler(eight);
        var summary = (await last.UntilSteadyAsync()).Decision.Summary!;
        Assert.Equal(4, summary.Shards.Length);
        Assert.All(summary.Shards, shard => Assert.InRange(shard.Master.Slots.Count, 2048, 8192));
        Assert.All(summary.Shards, shard => Assert.NotEmpty(shard.Replicas));
        Assert.Equal(Keys, await KeySet.CountAsync(servers.Servers, Keys));
    }
}
