using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Integration.Reconciling;

public sealed class LeaseTests
{
    /// <summary>The lease is a write to the very cluster that is to be mended.</summary>
    [Fact]
    public async Task A_shard_that_takes_no_writes_without_its_replica_gets_it_back_though_the_lease_is_its_key()
    {
        await using var servers = await RedisServers.StartAsync(6);
        var places = new MovingPlaces(MovingPlaces.Of(servers.Servers));
        await using var watch = new RunningReconciler(places, holder: "one");
        var summary = (await watch.UntilSteadyAsync()).Decision.Summary!;
        var shard = summary.Shards.Single(shard => shard.Master.Slots.Contains(HashSlot.Of(ClusterKeyLease.KeyOf("test"))));
        await Task.WhenAll(servers.Servers.Select(server => server.CallAsync("CONFIG", "SET", "min-replicas-to-write", 1)));

        var replica = servers.Servers.Single(server => server.Endpoint.IsSameClientAddress(shard.Replicas[0].Endpoint));
        await replica.KillAsync();
        Directory.Delete(replica.Folder, recursive: true);
        Directory.CreateDirectory(replica.Folder);
        await watch.UntilAsync(status => status.Lease.Detail.Contains("NOREPLICAS", StringComparison.Ordinal));
        Assert.True(await replica.StartAsync(TestContext.Current.CancellationToken));
        await watch.UntilAsync(_ => watch.Done.Contains(ReconcileKind.Replace));
        await watch.UntilAsync(status => status is { Decision.Kind: ReconcileKind.Steady, UnderWay: null, Lease.Holding: LeaseHolding.Mine });
    }

    [Fact]
    public async Task Two_that_form_it_at_the_same_time_end_with_one_cluster_and_one_lease()
    {
        await using var servers = await RedisServers.StartAsync(6);
        var places = new MovingPlaces(MovingPlaces.Of(servers.Servers));
        await using var one = new RunningReconciler(places, holder: "one");
        await using var two = new RunningReconciler(places, holder: "two");
        await Task.WhenAll(one.UntilSteadyAsync(), two.UntilSteadyAsync());
        var holding = (await one.UntilAsync(status => status.Lease.Holding != LeaseHolding.Unavailable)).Lease.Holding;
        await two.UntilAsync(status => status.Lease.Holding == (holding == LeaseHolding.Mine ? LeaseHolding.Others : LeaseHolding.Mine));
        var summary = (await one.UntilSteadyAsync()).Decision.Summary!;
        Assert.Equal((6, 3, HashSlot.Count), (summary.NodeCount, summary.Shards.Length, summary.SlotsCovered));
        Assert.All(summary.Shards, shard => Assert.Single(shard.Replicas));
        Assert.All(await servers.NodeTimeoutsAsync(), timeout => Assert.Equal(15000, timeout));
        Assert.All(one.Done.Concat(two.Done), kind => Assert.True(new ReconcileDecision(kind, "").IsSafeForSeveral, kind.ToString()));
    }
}
