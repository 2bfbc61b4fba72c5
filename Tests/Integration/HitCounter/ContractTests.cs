using System.Net;
using Integration.Support;

namespace Integration.HitCounter;

/// <summary>What a caller can rely on, against a real cluster of three masters and three replicas.</summary>
public sealed class ContractTests(ContractTests.Cluster cluster) : IClassFixture<ContractTests.Cluster>
{
    public sealed class Cluster : IAsyncLifetime
    {
        internal RedisServers Servers { get; private set; } = null!;

        internal HitCounterProcess App { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Servers = await RedisServers.StartClusterAsync(3, 1);
            App = await HitCounterProcess.StartReadyAsync(Servers.Endpoints);
        }

        public async ValueTask DisposeAsync()
        {
            await App.DisposeAsync();
            await Servers.DisposeAsync();
        }
    }

    private HitCounterProcess App => cluster.App;

    [Fact]
    public async Task A_hit_is_told_exactly_this_and_counting_is_no_hit()
    {
        var before = await App.CountAsync();

        using var response = await App.Client.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"I have been hit {before + 1} times since deployment.", await response.Content.ReadAsStringAsync());
        Assert.Equal(before + 1, await App.CountAsync());
        Assert.Equal(before + 1, await App.CountAsync());
    }

    [Fact]
    public async Task Parallel_clients_of_two_instances_get_every_number_once()
    {
        await using var second = await HitCounterProcess.StartReadyAsync(cluster.Servers.Endpoints);
        var before = await App.CountAsync();
        const int Clients = 48;
        const int HitsEach = 50;

        var numbers = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            var app = client % 2 == 0 ? App : second;
            var own = new List<long>();
            for (var i = 0; i < HitsEach; i++)
            {
                own.Add(await app.HitAsync());
            }

            return own;
        }));

        Assert.All(numbers, own => Assert.Equal(own.Order(), own));
        Assert.Equal(Enumerable.Range(1, Clients * HitsEach).Select(n => before + n), numbers.SelectMany(own => own).Order());
        Assert.Equal(before + Clients * HitsEach, await App.CountAsync());
        Assert.Equal(before + Clients * HitsEach, await cluster.Servers.StoredAsync());
    }

    [Fact]
    public async Task A_key_that_holds_no_number_is_a_problem_document_and_mended_without_a_restart()
    {
        await using var app = await HitCounterProcess.StartReadyAsync(cluster.Servers.Endpoints);
        var master = await cluster.Servers.MasterAsync();
        var before = await cluster.Servers.StoredAsync();
        await master.CallAsync("DEL", CounterShard.Total);
        await master.CallAsync("RPUSH", CounterShard.Total, "no number");
        try
        {
            await AssertUnavailableAsync(app, "/");
            await AssertUnavailableAsync(app, "/count");
            await app.UntilHealthAsync(503);
        }
        finally
        {
            await master.CallAsync("DEL", CounterShard.Total);
            await master.CallAsync("INCRBY", CounterShard.Total, before);
        }

        await app.UntilHealthAsync(200);
        Assert.Equal(before + 1, await app.HitAsync());
    }

    [Fact]
    public async Task A_script_the_server_forgot_is_sent_again()
    {
        var before = await App.HitAsync();
        foreach (var server in cluster.Servers.Servers)
        {
            await server.CallAsync("SCRIPT", "FLUSH");
        }

        Assert.Equal(before + 1, await App.HitAsync());
    }

    [Fact]
    public async Task The_health_endpoints_answer()
    {
        // Degraded for a moment where the load of another test made the replica late.
        await App.UntilHealthAsync(200);
        await Eventually.TrueAsync(async () => await App.Client.GetStringAsync("/health") == "Healthy", TimeSpan.FromSeconds(30), "/health says Healthy");
        Assert.Equal("Healthy", await App.Client.GetStringAsync("/alive"));
    }

    [Fact]
    public async Task An_unknown_page_is_a_problem_document()
    {
        using var response = await App.Client.GetAsync("/no/such/page");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Each_process_leaves_one_entry_beside_the_counter_and_it_expires()
    {
        await using var app = await HitCounterProcess.StartReadyAsync(cluster.Servers.Endpoints);
        var master = await cluster.Servers.MasterAsync();
        var before = await EntriesAsync();
        for (var i = 0; i < 20; i++)
        {
            await app.HitAsync();
        }

        var entries = await EntriesAsync();
        Assert.Equal(before.Count + 1, entries.Count);
        Assert.All(entries, entry => Assert.InRange(master.CallAsync("TTL", entry).Result.AsNumber(), 1, 86400));

        async Task<IReadOnlyList<string>> EntriesAsync()
            => [.. (await master.CallAsync("KEYS", "{hits}:writers:*")).AsList().Select(key => key.AsText())];
    }

    private static async Task AssertUnavailableAsync(HitCounterProcess app, string path)
    {
        using var response = await app.Client.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.DoesNotContain("   at ", body, StringComparison.Ordinal);
        Assert.DoesNotContain("I have been hit", body, StringComparison.Ordinal);
    }
}
