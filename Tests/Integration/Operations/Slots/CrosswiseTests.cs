using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Protocol;

namespace Integration.Operations.Slots;

/// <summary>
/// Nodes that give slots to each other. Each slot that arrives raises the epoch of who got it; with an epoch higher than that of the new owner of
/// a slot that it is just giving away, its next word about itself takes that slot back, and the new owner deletes the keys.
/// </summary>
public sealed class CrosswiseTests
{
    private const int Keys = 20_000;
    private const int SlotsPerPair = 12;
    private const int Rounds = 2;

    [Fact]
    public async Task Slots_on_their_way_between_all_masters_arrive_with_all_keys()
    {
        await using var servers = await SlotCluster.StartAsync();
        await servers.FillAsync(Keys);
        for (var round = 0; round < Rounds; round++)
        {
            await OpenAsync(servers);
            var result = await ClusterFix.RunAsync([servers[0].Endpoint], new(), new(), null, TestContext.Current.CancellationToken);
            Assert.True(result.Report.Healthy, string.Join('\n', result.Report.Findings));
            await servers.AssertFilledAsync(Keys);
            await servers.UntilAgreedAsync();
        }
    }

    private static async Task OpenAsync(RedisServers servers)
    {
        RedisServer[] masters = [.. servers.Servers.Take(3)];
        foreach (var source in masters)
        {
            var slots = (await source.ViewAsync()).Myself.Slots.Take(2 * SlotsPerPair).Chunk(SlotsPerPair);
            foreach (var (target, given) in masters.Where(master => master != source).Zip(slots))
            {
                var (sourceId, targetId) = (await source.IdAsync(), await target.IdAsync());
                await SendAsync(target, given, "IMPORTING", sourceId.ToString());
                await SendAsync(source, given, "MIGRATING", targetId.ToString());
            }
        }
    }

    private static async Task SendAsync(RedisServer server, IEnumerable<int> slots, string state, string peer)
    {
        await using var connection = await server.ConnectAsync();
        await Task.WhenAll(slots.Select(slot => connection.SendAsync(RespCommand.Of("CLUSTER", "SETSLOT", slot, state, peer), TestContext.Current.CancellationToken)));
    }
}
