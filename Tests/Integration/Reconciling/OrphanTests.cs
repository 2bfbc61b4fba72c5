using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace Integration.Reconciling;

public sealed class OrphanTests
{
    [Fact]
    public async Task A_master_without_a_replica_gets_one_of_a_shard_with_two_from_whoever_has_the_lease()
    {
        // Servers that do not do it by themselves.
        await using var servers = await RedisServers.StartAsync(7, "--cluster-node-timeout", "1000", "--cluster-allow-replica-migration", "no");
        var places = new MovingPlaces(MovingPlaces.Of(servers.Servers));
        await using var watch = new RunningReconciler(places, holder: "one");
        var before = (await watch.UntilSteadyAsync()).Decision.Summary!;
        await using var second = new RunningReconciler(places, holder: "two");
        await second.UntilAsync(status => status.Lease.Holding == LeaseHolding.Others);
        var poor = before.Shards.First(shard => shard.Replicas.Length == 1);
        await servers.Servers.Single(server => server.Endpoint.IsSameClientAddress(poor.Replicas[0].Endpoint)).KillAsync();
        await watch.UntilAsync(status => watch.Done.Concat(second.Done).Contains(ReconcileKind.Attach)
            && status.Decision.Summary!.Shards.All(shard => shard.Replicas.Any(replica => replica is { IsReachable: true, IsMasterLinkUp: true })));

        // Both saw it; who has the lease acted.
        Assert.Single(watch.Done.Concat(second.Done), kind => kind == ReconcileKind.Attach);
        Assert.DoesNotContain("start", second.Log, StringComparison.Ordinal);
    }
}
