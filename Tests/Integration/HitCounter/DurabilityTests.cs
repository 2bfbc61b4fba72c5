using System.Net;
using Integration.Support;

namespace Integration.HitCounter;

/// <summary>What is answered while the counter's shard has no replica.</summary>
public sealed class DurabilityTests
{
    [Fact]
    public async Task Replicated_goes_on_without_a_replica_once_a_majority_confirms_the_master_and_says_so()
    {
        await using var servers = await StartClusterAsync();
        await using var app = await StartAppAsync(servers, "Replicated");
        Assert.Equal(1, await app.HitAsync());

        await Assert.Single(await servers.ReplicasAsync()).KillAsync();

        Assert.Equal(2, await app.HitAsync());
        Assert.Equal(3, await app.HitAsync());
        Assert.Equal("Degraded", await app.Client.GetStringAsync("/health"));
        Assert.Contains("has no replica left", app.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replicated_waits_for_a_replica_that_is_only_silent_until_the_cluster_gives_it_up()
    {
        await using var servers = await StartClusterAsync();
        await using var app = await StartAppAsync(servers, "Replicated");
        Assert.Equal(1, await app.HitAsync());
        var replica = Assert.Single(await servers.ReplicasAsync());
        await Signal.SendAsync("STOP", replica.ProcessId);

        Assert.Equal(2, await app.HitAsync());
        var nodes = (await (await servers.MasterAsync()).CallAsync("CLUSTER", "NODES")).AsText();
        await Signal.SendAsync("CONT", replica.ProcessId);

        // Acknowledged alone only after the failure was agreed upon, not before.
        Assert.Contains(nodes.Split('\n'), line => line.Contains($":{replica.Port}@", StringComparison.Ordinal) && line.Contains("slave,fail ", StringComparison.Ordinal));
        await app.UntilHealthAsync(200);
        Assert.Equal(3, await app.HitAsync());
    }

    [Fact]
    public async Task Strict_answers_503_until_a_replica_is_back()
    {
        await using var servers = await StartClusterAsync();
        await using var app = await StartAppAsync(servers, "Strict", "--HitCounter:FailoverWait=00:00:02");
        Assert.Equal(1, await app.HitAsync());
        var replica = Assert.Single(await servers.ReplicasAsync());
        await replica.KillAsync();

        using (var refused = await app.Client.GetAsync("/"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        }

        await replica.StartAsync();
        await app.UntilHealthAsync(200);
        // The refused hit is in the master and could not be taken back: its number is spent.
        Assert.Equal(3, await app.HitAsync());
    }

    [Fact]
    public async Task Local_asks_no_replica()
    {
        await using var servers = await StartClusterAsync();
        await using var app = await StartAppAsync(servers, "Local");
        await Assert.Single(await servers.ReplicasAsync()).KillAsync();

        Assert.Equal(1, await app.HitAsync());
        Assert.Equal("Healthy", await app.Client.GetStringAsync("/health"));
    }

    [Fact]
    public async Task After_the_loss_of_a_master_and_then_another_the_next_hit_has_the_next_number()
    {
        await using var servers = await StartClusterAsync();
        await using var app = await StartAppAsync(servers, "Replicated");
        for (var n = 1; n <= 5; n++)
        {
            Assert.Equal(n, await app.HitAsync());
        }

        var owner = await servers.MasterAsync();
        await owner.KillAsync();
        var heir = await servers.MasterAsync();
        await servers.Servers.First(server => server != owner && server != heir).KillAsync();

        Assert.Equal(6, await app.HitAsync());
    }

    private static Task<RedisServers> StartClusterAsync() => RedisServers.StartClusterAsync(3, 1, "--cluster-node-timeout", "2000");

    private static Task<HitCounterProcess> StartAppAsync(RedisServers servers, string durability, params string[] arguments)
        => HitCounterProcess.StartReadyAsync(
            servers.Endpoints, ["--HitCounter:NodeTimeout=00:00:02", "--HitCounter:FailoverWait=00:00:20", $"--HitCounter:Durability={durability}", .. arguments]);
}
