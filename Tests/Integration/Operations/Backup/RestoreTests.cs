using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Protocol;

namespace Integration.Operations.Backup;

public sealed class RestoreTests
{
    [Fact]
    public async Task Every_type_comes_back_in_any_number_of_shards()
    {
        using var folder = new TemporaryFolder();
        SortedDictionary<string, string> expected;
        await using (var servers = await RedisServers.StartClusterAsync(3, 0))
        {
            await EveryType.WriteAsync(servers, 3);
            await EveryType.WriteFunctionAsync(servers, 3);
            expected = await EveryType.DescribeAsync(servers.Servers);
            await BackUpAsync(servers, folder);
        }

        Assert.True(expected.Count > 100);
        await using var nodes = await RedisServers.StartAsync(5);
        foreach (var shards in (int[])[5, 4, 3])
        {
            await ClusterCreation.RunAsync([.. nodes.Endpoints.Take(shards)], new(), null, TestContext.Current.CancellationToken);
            var result = await RestoreAsync(nodes, folder);
            Assert.Equal(OperationOutcome.Done, result.Outcome);
            Assert.True(result.Report.Healthy);
            Assert.Equal(expected, await EveryType.DescribeAsync(nodes.Servers.Take(shards)));
            for (var i = 0; i < shards; i++)
            {
                Assert.Equal(42, (await nodes[i].CallAsync("FCALL", "twice", 0, 21)).AsNumber());
            }

            await nodes.ResetAsync();
            await Task.WhenAll(nodes.Servers.Select(server => server.CallAsync("FUNCTION", "FLUSH")));
        }

        // One shard: a cluster that creation would not make, but that exists.
        await nodes[0].CallAsync("CLUSTER", "ADDSLOTSRANGE", 0, 16383);
        await UntilOkAsync(nodes[0]);
        await ClusterRestore.RunAsync([nodes[0].Endpoint], folder.Path, ExistingKeys.Refuse, new(), null, TestContext.Current.CancellationToken);
        Assert.Equal(expected, await EveryType.DescribeAsync([nodes[0]]));
    }

    [Fact]
    public async Task Keys_that_are_there_are_kept_or_replaced_as_asked_and_refused_otherwise()
    {
        using var folder = new TemporaryFolder();
        await using var servers = await RedisServers.StartClusterAsync(3, 0);
        await servers[0].CallAsync("SET", "b", "saved");
        await servers[1].CallAsync("SET", "c", "saved", "PX", 60_000);
        await servers[2].CallAsync("SET", "a", "saved");
        await BackUpAsync(servers, folder);
        await servers[0].CallAsync("SET", "b", "changed");
        await servers[2].CallAsync("DEL", "a");
        await servers[2].CallAsync("SET", "e", "new");

        var error = await Assert.ThrowsAsync<ClusterException>(() => RestoreAsync(servers, folder));
        Assert.Equal(ClusterFault.Refused, error.Fault);
        Assert.Contains("holds 1 keys", error.Message, StringComparison.Ordinal);
        Assert.True((await servers[2].CallAsync("GET", "a")).IsNull);

        await RestoreAsync(servers, folder, ExistingKeys.Keep);
        Assert.Equal("changed", (await servers[0].CallAsync("GET", "b")).AsText());
        Assert.Equal("saved", (await servers[2].CallAsync("GET", "a")).AsText());
        await RestoreAsync(servers, folder, ExistingKeys.Replace);
        Assert.Equal("saved", (await servers[0].CallAsync("GET", "b")).AsText());
        Assert.Equal("new", (await servers[2].CallAsync("GET", "e")).AsText());
        Assert.InRange((await servers[1].CallAsync("PTTL", "c")).AsNumber(), 1, 60_000);
    }

    [Fact]
    public async Task A_damaged_backup_restores_nothing_and_the_file_is_named()
    {
        using var folder = new TemporaryFolder();
        await using var servers = await RedisServers.StartClusterAsync(3, 0);
        await servers[0].CallAsync("SET", "b", "saved");
        await BackUpAsync(servers, folder);
        await servers[0].CallAsync("DEL", "b");
        var file = Directory.GetFiles(folder.Path, "shard-01-*.rdb").Single();
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[^20] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        var error = await Assert.ThrowsAsync<ClusterException>(() => RestoreAsync(servers, folder));
        Assert.Equal(ClusterFault.Faults, error.Fault);
        Assert.Contains($"{file} is not as it was written", error.Message, StringComparison.Ordinal);

        File.Delete(file);
        error = await Assert.ThrowsAsync<ClusterException>(() => RestoreAsync(servers, folder));
        Assert.Contains($"{file} is missing", error.Message, StringComparison.Ordinal);
        File.Delete(folder.File("manifest.json"));
        error = await Assert.ThrowsAsync<ClusterException>(() => RestoreAsync(servers, folder));
        Assert.Equal(ClusterFault.Usage, error.Fault);
        Assert.Equal(0, await servers.KeysAsync());
    }

    [Fact]
    public async Task Killed_halfway_and_run_again_everything_is_there()
    {
        using var folder = new TemporaryFolder();
        await using var servers = await RedisServers.StartClusterAsync(3, 0);
        await using (var connections = await Connections.OpenAsync(servers, 3))
        {
            var value = new string('v', 1000);
            await Task.WhenAll(Enumerable.Range(0, 30_000).Select(i => connections.For($"key:{i}").SendAsync(RespCommand.Of("SET", $"key:{i}", value + i))));
        }

        await BackUpAsync(servers, folder);
        await Task.WhenAll(servers.Servers.Select(server => server.CallAsync("FLUSHALL")));
        using var kill = new CancellationTokenSource();
        var progress = new Trigger(work => work is { Unit: "bytes" } && work.Done > work.Total / 4, kill);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            ClusterRestore.RunAsync(servers.Endpoints, folder.Path, ExistingKeys.Refuse, new(), progress, kill.Token));

        // What was on its way when it was ended may still arrive: on a busy machine that is nearly all.
        Assert.InRange(await servers.KeysAsync(), 1, 30_000);

        var error = await Assert.ThrowsAsync<ClusterException>(() => RestoreAsync(servers, folder));
        Assert.Contains("--replace", error.Message, StringComparison.Ordinal);
        await RestoreAsync(servers, folder, ExistingKeys.Replace);
        Assert.Equal(30_000, await servers.KeysAsync());
    }

    [Fact]
    public async Task Slots_that_move_on_the_way_are_followed()
    {
        using var folder = new TemporaryFolder();
        await using var servers = await RedisServers.StartClusterAsync(3, 0);
        await using (var connections = await Connections.OpenAsync(servers, 3))
        {
            await Task.WhenAll(Enumerable.Range(0, 20_000).Select(i => connections.For($"{{b}}key:{i}").SendAsync(RespCommand.Of("SET", $"{{b}}key:{i}", new string('v', 500)))));
        }

        await BackUpAsync(servers, folder);
        await Task.WhenAll(servers.Servers.Select(server => server.CallAsync("FLUSHALL")));
        var restoring = new Trigger(work => work is { Unit: "bytes" } && work.Done > work.Total / 10, null);
        var restore = ClusterRestore.RunAsync(servers.Endpoints, folder.Path, ExistingKeys.Refuse, new(), restoring, TestContext.Current.CancellationToken);
        await restoring.Seen;

        // Slot of {b}: its keys go over one by one, as a resharding does it.
        var (from, to) = (servers[0], servers[1]);
        await to.CallAsync("CLUSTER", "SETSLOT", 3300, "IMPORTING", (await from.CallAsync("CLUSTER", "MYID")).AsText());
        var toId = (await to.CallAsync("CLUSTER", "MYID")).AsText();
        await from.CallAsync("CLUSTER", "SETSLOT", 3300, "MIGRATING", toId);
        while ((await from.CallAsync("CLUSTER", "GETKEYSINSLOT", 3300, 1000)).Items is { Count: > 0 } keys)
        {
            await from.CallAsync(["MIGRATE", "127.0.0.1", to.Port, "", 0, 5000, "KEYS", .. keys.Select(key => (RespArgument)key.Bytes)]);
        }

        await to.CallAsync("CLUSTER", "SETSLOT", 3300, "NODE", toId);
        await from.CallAsync("CLUSTER", "SETSLOT", 3300, "NODE", toId);
        await servers[2].CallAsync("CLUSTER", "SETSLOT", 3300, "NODE", toId);
        await restore;
        Assert.Equal(20_000, (await to.CallAsync("CLUSTER", "COUNTKEYSINSLOT", 3300)).AsNumber());
    }

    private static Task<OperationResult> BackUpAsync(RedisServers servers, TemporaryFolder folder) =>
        ClusterBackup.RunAsync(servers.Endpoints, folder.Path, false, new(), null, TestContext.Current.CancellationToken);

    private static Task<OperationResult> RestoreAsync(RedisServers servers, TemporaryFolder folder, ExistingKeys existing = ExistingKeys.Refuse) =>
        ClusterRestore.RunAsync([servers[0].Endpoint], folder.Path, existing, new(), null, TestContext.Current.CancellationToken);

    private static async Task UntilOkAsync(RedisServer server)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!(await server.CallAsync("CLUSTER", "INFO")).AsText().Contains("cluster_state:ok", StringComparison.Ordinal))
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
