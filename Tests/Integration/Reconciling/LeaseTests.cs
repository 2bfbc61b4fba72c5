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

    [Theory]
    [InlineData(LeaseHolding.Unavailable, 2, "stopped: the lease was lost")]
    [InlineData(LeaseHolding.Others, 60, "stopped")]
    public async Task A_plan_ends_with_the_lease_and_none_begins_without_it(LeaseHolding then, int seconds, string problem)
    {
        await using var servers = await RedisServers.StartAsync(4);
        await ClusterCreation.RunAsync([.. servers.Endpoints.Take(3)], new(), null, TestContext.Current.CancellationToken);
        var lease = new LostLease(then, TimeSpan.FromSeconds(seconds));
        await using var watch = new RunningReconciler(new MovingPlaces(MovingPlaces.Of(servers.Servers, replicas: 0)), afterStep: (_, _) => lease.Lose(), lease: lease);
        await watch.UntilAsync(_ => watch.Log.Contains("end Join", StringComparison.Ordinal));
        Assert.EndsWith($"end Join {problem}", watch.Log.Split('\n').Single(line => line.Contains("end Join", StringComparison.Ordinal)));
        var seen = await watch.UntilAsync(status => status.Lease.Holding == then && status.UnderWay is null);
        await watch.UntilAsync(status => status.Time > seen.Time + TimeSpan.FromSeconds(1));
        Assert.Single(watch.Log.Split('\n'), line => line.Contains("start", StringComparison.Ordinal));
        Assert.Single(ClusterView.Parse((await servers[3].CallAsync("CLUSTER", "NODES")).AsText()).Nodes);
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

    /// <summary>Held until it is lost in the middle of a plan, whose next step comes only when it was asked for again and has run out.</summary>
    private sealed class LostLease(LeaseHolding then, TimeSpan time) : IReconcilerLease
    {
        private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
        private volatile bool _isLost;
        private volatile int _asked;

        public void Lose()
        {
            var start = TimeProvider.System.GetTimestamp();
            _isLost = true;
            var end = then == LeaseHolding.Others ? TimeSpan.Zero : time * 1.5;
            SpinWait.SpinUntil(() => _asked > 1 && TimeProvider.System.GetElapsedTime(start) > end, Patience);
        }

        public Task<LeaseStatus> HoldAsync(ClusterObservation observation, CancellationToken cancellationToken)
        {
            _asked += _isLost ? 1 : 0;
            return Task.FromResult(_isLost ? new LeaseStatus(then, "not me") : new LeaseStatus(LeaseHolding.Mine, "me", time));
        }

        public Task ReleaseAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
