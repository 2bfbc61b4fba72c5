using Integration.Support;

namespace Integration.HitCounter;

public sealed class PairLossTests
{
    [Fact]
    public async Task A_master_and_its_only_replica_killed_together_come_back_with_all_that_was_answered()
    {
        // Always: with everysec the last second or two before the kill may be in neither file.
        await using var servers = await RedisServers.StartClusterAsync(
            3, 1, "--cluster-node-timeout", "2000", "--appendonly", "yes", "--appendfsync", "always");
        await using var app = await HitCounterProcess.StartReadyAsync(
            servers.Endpoints, "--HitCounter:NodeTimeout=00:00:02", "--HitCounter:FailoverWait=00:00:30");
        var load = Load.Start(16, app);
        await load.MoreAsync(300);
        var master = await servers.MasterAsync();
        var replica = Assert.Single(await servers.ReplicasAsync());

        await Task.WhenAll(master.KillAsync(), replica.KillAsync());
        var other = servers.Servers.First(server => server != master && server != replica);
        await Eventually.TrueAsync(
            async () => (await other.CallAsync("CLUSTER", "INFO")).AsText().Contains("cluster_state:fail", StringComparison.Ordinal),
            TimeSpan.FromSeconds(30),
            "the others miss it");
        // The replica first, so that it is there to be promoted by mistake.
        Assert.True(await replica.StartAsync());
        Assert.True(await master.StartAsync());
        await load.MoreAsync(300);

        await load.StopAsync();
        Assert.Empty(load.Failures);
        Assert.Equal(Enumerable.Range(1, load.Numbers.Count).Select(n => (long)n), load.Numbers.Order());
        Assert.Equal(load.Numbers.Count, await app.CountAsync());
        Assert.Equal(load.Numbers.Count, await servers.StoredAsync());
    }
}
