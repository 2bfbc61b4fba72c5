using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace Integration.Operations.Slots;

public sealed class RebalanceTests
{
    private const int Keys = 20_000;

    [Fact]
    public async Task Three_shards_become_four_and_three_again()
    {
        await using var servers = await SlotCluster.StartAsync();
        await servers.FillAsync(Keys);
        await using var load = await LiveLoad.StartAsync(servers.Endpoints);
        var progress = new ProgressList();

        var grown = await RebalanceAsync(servers, new() { UseEmptyMasters = true }, progress);

        Assert.True(grown.Report.Healthy, string.Join('\n', grown.Report.Findings));
        Assert.All(await servers.SlotCountsAsync(), count => Assert.Equal(4096, count));
        Assert.Equal(4096, progress.Reports.Last(report => report.Work is not null).Work!.Done);
        Assert.Equal(OperationOutcome.NothingToDo, (await RebalanceAsync(servers, new() { UseEmptyMasters = true, Threshold = 0 })).Outcome);

        var shrunk = await RebalanceAsync(servers, new() { Weights = [new(servers[3].Endpoint.ToClientString(), 0)] });

        Assert.True(shrunk.Report.Healthy, string.Join('\n', shrunk.Report.Findings));
        var counts = await servers.SlotCountsAsync();
        Assert.Equal(0, counts[3]);
        Assert.All(counts.Take(3), count => Assert.InRange(count, 5461, 5462));

        // One that leaves gives its slots away under the same load. Reset it is only then: until it is, it sends clients right that are late.
        var request = new DelNodeRequest { Node = servers[2].Endpoint.ToClientString(), Reset = false };
        var left = await ClusterDelNode.RunAsync([servers[0].Endpoint], request, new(), null, TestContext.Current.CancellationToken);
        Assert.True(left.Report.Healthy, string.Join('\n', left.Report.Findings));
        counts = await servers.SlotCountsAsync();
        Assert.Equal([8192, 8192, 0, 0], counts);
        await servers.AssertFilledAsync(Keys, others: await load.EndAsync());
    }

    private static Task<OperationResult> RebalanceAsync(RedisServers servers, RebalanceRequest request, IProgress<ClusterProgress>? progress = null) =>
        ClusterRebalance.RunAsync([servers[0].Endpoint], request, new() { StallLimit = TimeSpan.FromSeconds(20) }, progress, TestContext.Current.CancellationToken);
}
