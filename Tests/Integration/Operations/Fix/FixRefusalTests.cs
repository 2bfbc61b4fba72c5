using Integration.Operations.Slots;
using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace Integration.Operations.Fix;

public sealed class FixRefusalTests
{
    [Fact]
    public async Task A_master_that_is_away_is_a_refusal_unless_its_keys_are_given_up()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 0, "--cluster-node-timeout", "1000");
        await servers.FillAsync(3000);
        await servers[1].KillAsync();
        var before = await servers[0].ViewAsync();
        var error = await Assert.ThrowsAsync<ClusterException>(() => FixAsync(servers, new()));
        Assert.Equal(ClusterFault.Refused, error.Fault);
        Assert.Contains($"127.0.0.1:{servers[1].Port} does not answer (connection refused, nothing listens there) and owns 5462 slots (5461-10922)", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Equal(before.SlotMapSignature, (await servers[0].ViewAsync()).SlotMapSignature);

        var forced = await FixAsync(servers, new() { FixWithUnreachableMasters = true });
        Assert.Single(forced.Plan.Warnings);
        Assert.Equal(16384, forced.Report.Summary.SlotsCovered);
        Assert.Equal(8192, (await servers[0].ViewAsync()).Myself.Slots.Count);
        Assert.Equal(8192, (await servers[2].ViewAsync()).Myself.Slots.Count);
        await using var connection = await servers[0].ConnectAsync();
        Assert.Equal("OK", (await servers[0].CallAsync("SET", "b", "1")).AsText());
    }

    [Fact]
    public async Task Where_its_replica_is_there_that_is_to_take_over()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1, "--cluster-node-timeout", "15000");
        await servers[1].KillAsync();
        var error = await Assert.ThrowsAsync<ClusterException>(() => FixAsync(servers, new() { FixWithUnreachableMasters = true }));
        Assert.Equal(ClusterFault.Refused, error.Fault);
        Assert.Contains($"Let its replica take over (netbox cluster failover 127.0.0.1:{servers[4].Port} --takeover)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fresh_nodes_are_not_made_a_cluster()
    {
        await using var servers = await RedisServers.StartAsync(1);
        var error = await Assert.ThrowsAsync<ClusterException>(() => FixAsync(servers, new() { FixWithUnreachableMasters = true }));
        Assert.Equal(ClusterFault.Usage, error.Fault);
        Assert.True((await servers[0].ViewAsync()).Myself.Slots.IsEmpty);
    }

    private static Task<OperationResult> FixAsync(RedisServers servers, FixRequest request) =>
        ClusterFix.RunAsync([servers[0].Endpoint], request, new() { StallLimit = TimeSpan.FromSeconds(20) }, null, TestContext.Current.CancellationToken);
}
