using System.Text;
using Integration.Support;
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
}
