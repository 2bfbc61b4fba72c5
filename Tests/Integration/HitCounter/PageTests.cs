using System.Net;
using HitCounter.Api.Counting;
using HitCounter.Api.Store;
using Integration.Support;
using RedisCluster.Topology;

namespace Integration.HitCounter;

/// <summary>Counters of pages, against a real cluster of three masters and three replicas.</summary>
public sealed class PageTests(PageTests.Cluster cluster) : IClassFixture<PageTests.Cluster>
{
    public sealed class Cluster : IAsyncLifetime
    {
        internal RedisServers Servers { get; private set; } = null!;

        internal HitCounterProcess App { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Servers = await RedisServers.StartClusterAsync(3, 1, "--cluster-node-timeout", "2000");
            App = await HitCounterProcess.StartReadyAsync(
                Servers.Endpoints, "--HitCounter:NodeTimeout=00:00:02", "--HitCounter:FailoverWait=00:00:20");
        }

        public async ValueTask DisposeAsync()
        {
            await App.DisposeAsync();
            await Servers.DisposeAsync();
        }
    }

    private HitCounterProcess App => cluster.App;

    [Fact]
    public async Task A_page_has_a_count_of_its_own_told_like_that_of_the_root()
    {
        var root = await App.CountAsync();
        Assert.Equal(0, await App.CountAsync("own"));

        using var response = await App.Client.GetAsync("/own");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("I have been hit 1 times since deployment.", await response.Content.ReadAsStringAsync());
        Assert.Equal(1, await App.CountAsync("own"));
        Assert.Equal(2, await App.HitAsync("own"));
        Assert.Equal(0, await App.CountAsync("own2"));
        Assert.Equal(root, await App.CountAsync());
    }

    [Theory]
    [InlineData("/Own")]
    [InlineData("/favicon.ico")]
    [InlineData("/a%7Db")]
    [InlineData("/count/count")]
    [InlineData("/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_name_that_none_can_have_is_told_so(string path)
    {
        using var response = await App.Client.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("A page\\u0027s name has 1 to 64 characters", body, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', body);
    }

    [Fact]
    public async Task Pages_are_spread_over_the_shards_and_every_hit_has_a_number_of_its_own()
    {
        var pages = Enumerable.Range(0, 60).Select(i => $"spread-{i}").ToList();
        const int HitsEach = 20;
        var numbers = await Task.WhenAll(pages.SelectMany(page => Enumerable.Repeat(page, HitsEach)).Select(async page => (Page: page, Number: await App.HitAsync(page))));

        Assert.All(numbers.GroupBy(hit => hit.Page), page => Assert.Equal(Enumerable.Range(1, HitsEach).Select(n => (long)n), page.Select(hit => hit.Number).Order()));
        foreach (var server in cluster.Servers.Servers)
        {
            // A replica has what its master has, for every hit was confirmed by one.
            Assert.NotEmpty((await server.CallAsync("KEYS", "{hits:spread-*}:total")).AsList());
        }
    }

    [Fact]
    public async Task A_page_whose_key_holds_no_number_is_a_503_and_no_concern_of_its_neighbours()
    {
        var (broken, neighbour) = NeighboursIn(lane: 7);
        await App.HitAsync(neighbour);
        var slot = HashSlot.Of($"{{hits:{broken}}}");
        var owner = await OwnerAsync(slot);
        await owner.CallAsync("SET", $"{{hits:{broken}}}:total", "no number");

        using var response = await App.Client.GetAsync($"/{broken}");
        using var count = await App.Client.GetAsync($"/{broken}/count");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, count.StatusCode);
        Assert.Equal(2, await App.HitAsync(neighbour));
        await owner.CallAsync("SET", $"{{hits:{broken}}}:total", 41);
        Assert.Equal(42, await App.HitAsync(broken));
    }

    [Fact]
    public async Task Pages_of_a_shard_that_fails_over_wait_and_those_of_others_do_not_notice()
    {
        // By default no node serves anything while a slot has no owner.
        await using var servers = await RedisServers.StartClusterAsync(3, 1, "--cluster-node-timeout", "2000", "--cluster-require-full-coverage", "no");
        await using var app = await HitCounterProcess.StartReadyAsync(
            servers.Endpoints, "--HitCounter:NodeTimeout=00:00:02", "--HitCounter:FailoverWait=00:00:20");
        var pages = Enumerable.Range(0, 24).Select(i => $"page-{i}").ToList();
        await Task.WhenAll(pages.Select(page => app.HitAsync(page)));
        var owner = await servers.MasterAsync();
        var affected = pages.Where(page => HashSlot.Of($"{{hits:{page}}}") is var slot && slot <= 5460 == HashSlot.Of(CounterShard.Total) <= 5460).ToList();
        var others = pages.Except(affected).ToList();
        Assert.NotEmpty(affected);
        Assert.NotEmpty(others);

        var heir = Assert.Single(await servers.ReplicasAsync());
        await heir.CallAsync("CONFIG", "SET", "cluster-replica-no-failover", "yes");
        await owner.KillAsync();
        var waiting = affected.Select(page => app.HitAsync(page)).ToList();
        for (var round = 2; round <= 6; round++)
        {
            Assert.All(await Task.WhenAll(others.Select(page => app.HitAsync(page))), number => Assert.Equal(round, number));
        }

        Assert.DoesNotContain(waiting, hit => hit.IsCompleted);
        await heir.CallAsync("CONFIG", "SET", "cluster-replica-no-failover", "no");
        Assert.All(await Task.WhenAll(waiting), number => Assert.Equal(2, number));
    }

    private async Task<RedisServer> OwnerAsync(int slot)
    {
        foreach (var server in cluster.Servers.Servers)
        {
            var view = ClusterView.Parse((await server.CallAsync("CLUSTER", "NODES")).AsText());
            if (view.Myself.IsMaster && view.Myself.Slots.Contains(slot))
            {
                return server;
            }
        }

        throw new InvalidOperationException($"Nobody owns slot {slot}.");
    }

    private static (string, string) NeighboursIn(int lane)
    {
        var names = Enumerable.Range(0, int.MaxValue)
            .Select(i => $"neighbour-{i}")
            .Where(name => Page.TryCreate(name, out var page) && HitLanes.Of(CounterKeys.SlotOf(page)) == lane)
            .Take(2)
            .ToList();
        return (names[0], names[1]);
    }
}
