using System.Globalization;
using Integration.Support;
using RedisCluster.Topology;

namespace Integration.HitCounter;

public sealed class LostAnswerTests
{
    [Fact]
    public async Task A_write_whose_answer_got_lost_is_counted_once()
    {
        await using var servers = await RedisServers.StartAsync(1);
        await using var proxy = new LossyProxy(servers[0].Port);
        await servers[0].CallAsync("CLUSTER", "ADDSLOTSRANGE", 0, 16383);
        // Otherwise the client learns the server's own port from CLUSTER SLOTS and goes past the proxy.
        await servers[0].CallAsync("CONFIG", "SET", "cluster-announce-port", proxy.Port.ToString(CultureInfo.InvariantCulture));
        await using var app = await HitCounterProcess.StartReadyAsync(
            [new NodeEndpoint("127.0.0.1", proxy.Port, null)], "--HitCounter:FailoverWait=00:00:20", "--HitCounter:Durability=Local");
        var load = Load.Start(8, app);
        const int Losses = 8;
        for (var loss = 1; loss <= Losses; loss++)
        {
            await load.MoreAsync(50);
            proxy.LoseNextAnswer();
            await Eventually.TrueAsync(() => Task.FromResult(proxy.Lost >= loss), TimeSpan.FromSeconds(20), "an answer was lost");
        }

        await load.MoreAsync(50);
        await load.StopAsync();

        Assert.Equal(Losses, proxy.Lost);
        Assert.Empty(load.Failures);
        Assert.Equal(Enumerable.Range(1, load.Numbers.Count).Select(n => (long)n), load.Numbers.Order());
        Assert.Equal(load.Numbers.Count, await servers.StoredAsync());
    }
}
