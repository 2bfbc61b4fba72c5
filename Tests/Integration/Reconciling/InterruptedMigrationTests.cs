using System.Text;
using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Integration.Reconciling;

public sealed class InterruptedMigrationTests
{
    private const int Keys = 500;

    [Fact]
    public async Task Slots_left_half_way_are_closed_with_all_keys()
    {
        await using var servers = await RedisServers.StartAsync(6);
        await using var watch = new RunningReconciler(new MovingPlaces(MovingPlaces.Of(servers.Servers)), holder: "one");
        await watch.UntilSteadyAsync();
        await KeySet.WriteAsync(servers.Servers, Keys);

        // The slot of a key, opened at both ends, and the key moved already.
        var slot = HashSlot.Of(Encoding.UTF8.GetBytes("key:1"));
        var source = servers.Servers.Take(3).ElementAt(slot <= 5460 ? 0 : slot <= 10922 ? 1 : 2);
        var target = servers.Servers.Take(3).First(server => server != source);
        var (sourceId, targetId) = ((await source.CallAsync("CLUSTER", "MYID")).AsText(), (await target.CallAsync("CLUSTER", "MYID")).AsText());
        await target.CallAsync("CLUSTER", "SETSLOT", slot, "IMPORTING", sourceId);
        await source.CallAsync("CLUSTER", "SETSLOT", slot, "MIGRATING", targetId);
        await source.CallAsync("MIGRATE", "127.0.0.1", target.Port, "key:1", 0, 5000);

        await watch.UntilAsync(_ => watch.Done.Contains(ReconcileKind.Fix));
        var status = await watch.UntilSteadyAsync();
        Assert.True(status.Decision.Summary!.OpenSlots.IsEmpty);
        Assert.Equal(Keys, await KeySet.CountAsync(servers.Servers, Keys));
    }

    [Fact]
    public async Task A_slot_left_half_way_is_closed_even_when_it_is_that_of_the_lease()
    {
        await using var servers = await RedisServers.StartAsync(6);
        var places = new MovingPlaces(MovingPlaces.Of(servers.Servers));
        await using (var killed = new RunningReconciler(places, holder: "killed"))
        {
            await killed.UntilSteadyAsync();
        }

        // Whoever moved it died with it, and the key has expired: its owner sends everybody on, and the one it sends to sends them back.
        var slot = HashSlot.Of(ClusterKeyLease.KeyOf("test"));
        var source = servers.Servers.Take(3).ElementAt(slot <= 5460 ? 0 : slot <= 10922 ? 1 : 2);
        var target = servers.Servers.Take(3).First(server => server != source);
        await source.CallAsync("CLUSTER", "SETSLOT", slot, "MIGRATING", (await target.CallAsync("CLUSTER", "MYID")).AsText());

        await using var watch = new RunningReconciler(places, holder: "next");
        await watch.UntilAsync(_ => watch.Done.Contains(ReconcileKind.Fix));
        var status = await watch.UntilAsync(status => status is { Decision.Kind: ReconcileKind.Steady, UnderWay: null, Lease.Holding: LeaseHolding.Mine });
        Assert.True(status.Decision.Summary!.OpenSlots.IsEmpty);
    }
}
