using Integration.Support;
using RedisCluster.Planning;

namespace Integration.Reconciling;

public sealed class OrphanTests
{
    [Fact]
    public async Task A_master_without_a_replica_gets_one_of_a_shard_with_two()
    {
        // Servers that do not do it by themselves.
        await using var servers = await RedisServers.StartAsync(7, "--cluster-node-timeout", "1000", "--cluster-allow-replica-migration", "no");
        await using var watch = new RunningReconciler(new MovingPlaces(MovingPlaces.Of(servers.Servers)));
        var before = (await watch.UntilSteadyAsync()).Decision.Summary!;
        var poor = before.Shards.First(shard => shard.Replicas.Length == 1);
        await servers.Servers.Single(server => server.Endpoint.IsSameClientAddress(poor.Replicas[0].Endpoint)).KillAsync();
        await watch.UntilAsync(status => watch.Done.Contains(ReconcileKind.Attach)
            && status.Decision.Summary!.Shards.All(shard => shard.Replicas.Any(replica => replica is { IsReachable: true, IsMasterLinkUp: true })));
    }
}
