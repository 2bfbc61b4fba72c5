using Integration.Support;
using RedisCluster.Protocol;

namespace Integration.HitCounter;

/// <summary>Nodes fail under load: every request is answered with a number of its own, and the store holds exactly those.</summary>
public sealed class FailoverTests
{
    private const int Clients = 24;

    [Fact]
    public Task A_killed_master() => UnderLoadAsync(async (servers, load) =>
    {
        await (await servers.MasterAsync()).KillAsync();
        await load.MoreAsync(500);
    });

    [Fact]
    public Task A_master_that_falls_silent() => UnderLoadAsync(async (servers, load) =>
    {
        var master = await servers.MasterAsync();
        await Signal.SendAsync("STOP", master.ProcessId);
        await load.MoreAsync(500);
        await Signal.SendAsync("CONT", master.ProcessId);
        await load.MoreAsync(500);
    });

    [Fact]
    public Task A_planned_handover_and_back() => UnderLoadAsync(async (servers, load) =>
    {
        for (var round = 0; round < 2; round++)
        {
            var replica = Assert.Single(await servers.ReplicasAsync());
            await HandOverAsync(servers, replica);
            await load.MoreAsync(500);
        }
    });

    [Fact]
    public Task A_killed_replica_and_a_killed_bystander() => UnderLoadAsync(async (servers, load) =>
    {
        var master = await servers.MasterAsync();
        var replica = Assert.Single(await servers.ReplicasAsync());
        await servers.Servers.First(server => server != master && server != replica).KillAsync();
        await load.MoreAsync(300);
        await replica.KillAsync();
        await load.MoreAsync(300);
    });

    // Masters vote once per shard in two node timeouts, so a second handover may have to be asked for again.
    private static async Task HandOverAsync(RedisServers servers, RedisServer replica)
    {
        long? asked = null;
        await Eventually.TrueAsync(
            async () =>
            {
                if (asked is not { } at || TimeProvider.System.GetElapsedTime(at) > TimeSpan.FromSeconds(6))
                {
                    asked = TimeProvider.System.GetTimestamp();
                    await using var connection = await replica.ConnectAsync();
                    await connection.TrySendAsync(RespCommand.Of("CLUSTER", "FAILOVER"));
                }

                return await servers.MasterAsync() == replica;
            },
            TimeSpan.FromSeconds(40),
            "the replica has taken over");
    }

    private static async Task UnderLoadAsync(Func<RedisServers, Load, Task> trouble)
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1, "--cluster-node-timeout", "2000");
        await using var first = await HitCounterProcess.StartReadyAsync(servers.Endpoints, "--HitCounter:NodeTimeout=00:00:02", "--HitCounter:FailoverWait=00:00:20");
        await using var second = await HitCounterProcess.StartReadyAsync(servers.Endpoints, "--HitCounter:NodeTimeout=00:00:02", "--HitCounter:FailoverWait=00:00:20");
        var load = Load.Start(Clients, first, second);
        await load.MoreAsync(300);

        await trouble(servers, load);

        await load.StopAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{load.Numbers.Count} hits, the longest took {load.Longest.TotalSeconds:0.00} s");
        Assert.Empty(load.Failures);
        Assert.Equal(Enumerable.Range(1, load.Numbers.Count).Select(n => (long)n), load.Numbers.Order());
        Assert.Equal(load.Numbers.Count, await first.CountAsync());
        Assert.Equal(load.Numbers.Count, await servers.StoredAsync());
    }
}
