using System.Globalization;
using System.Text.RegularExpressions;
using Integration.Support;
using RedisCluster.Topology;

namespace Integration.HitCounter;

/// <summary>The counter's master is cut off from a majority while the hit counter reaches both sides; nothing that was answered may be lost, and no number given twice.</summary>
public sealed partial class PartitionTests
{
    private const int Clients = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    [Fact]
    public Task A_master_cut_off_alone_answers_nothing_its_heir_does_not_have() => UnderLoadAsync(async (servers, network, load) =>
    {
        var master = await servers.MasterAsync();
        var heir = Assert.Single(await servers.ReplicasAsync());

        network.Separate(master);

        // For as long as it does not know, it executes what it is sent.
        var writes = await WritesOfAsync(master);
        await Eventually.TrueAsync(async () => await WritesOfAsync(master) > writes, Patience, "the master counts what no replica confirms");
        await Eventually.TrueAsync(async () => (await ViewAsync(heir)).Myself.IsMaster, Patience, "its replica is promoted");
        await load.MoreAsync(500);
        Assert.True((await ViewAsync(master)).Myself.IsMaster, "It does not know of its successor.");

        network.Heal();
        await Eventually.TrueAsync(async () => !(await ViewAsync(master)).Myself.IsMaster, Patience, "it follows its successor");
        await load.MoreAsync(500);
    });

    [Fact]
    public Task A_master_cut_off_with_its_replica_goes_on_when_the_network_is_whole() => UnderLoadAsync(async (servers, network, load) =>
    {
        var master = await servers.MasterAsync();
        var replica = Assert.Single(await servers.ReplicasAsync());

        network.Separate(master, replica);

        // Until it notices, its hits are answered: the replica has them, and nobody on the other side can be promoted.
        await Eventually.TrueAsync(async () => !await IsOkAsync(master), Patience, "the master knows that it is in a minority");
        Assert.False((await ViewAsync(replica)).Myself.IsMaster);
        // When they meet again it may be promoted, for the others have given its master up; it has all that was answered.
        network.Heal();
        await load.MoreAsync(500);
    });

    private static async Task UnderLoadAsync(Func<RedisServers, Partition, Load, Task> trouble)
    {
        await using var servers = await RedisServers.StartAsync(6, "--cluster-node-timeout", "2000");
        await using var network = await Partition.FormAsync(servers);
        await using var app = await HitCounterProcess.StartReadyAsync(
            network.Endpoints, "--HitCounter:NodeTimeout=00:00:02", "--HitCounter:FailoverWait=00:00:30");
        var load = Load.Start(Clients, app);
        await load.MoreAsync(300);

        await trouble(servers, network, load);

        await load.StopAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{load.Numbers.Count} hits, the longest took {load.Longest.TotalSeconds:0.00} s");
        Assert.Empty(load.Failures);
        Assert.Equal(Enumerable.Range(1, load.Numbers.Count).Select(n => (long)n), load.Numbers.Order());
        Assert.Equal(load.Numbers.Count, await app.CountAsync());
        Assert.Equal(load.Numbers.Count, await servers.StoredAsync());
    }

    private static async Task<long> WritesOfAsync(RedisServer server)
        => long.Parse(Evaluations().Match((await server.CallAsync("INFO", "commandstats")).AsText()).Groups[1].Value, CultureInfo.InvariantCulture);

    private static async Task<ClusterView> ViewAsync(RedisServer server) => ClusterView.Parse((await server.CallAsync("CLUSTER", "NODES")).AsText());

    private static async Task<bool> IsOkAsync(RedisServer server) => ClusterInfo.Parse((await server.CallAsync("CLUSTER", "INFO")).AsText()).IsOk;

    [GeneratedRegex("cmdstat_evalsha:calls=([0-9]+)")]
    private static partial Regex Evaluations();
}
