using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Operations.Backup;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Integration.Operations.Backup;

public sealed class ImportTests
{
    [Fact]
    public async Task Keys_move_with_value_and_expiry_also_from_behind_a_password()
    {
        await using var source = await SourceAsync("--requirepass", "source-secret");
        await using var servers = await RedisServers.StartClusterAsync(3, 1);
        await using (var connection = await source[0].ConnectAsync())
        {
            await Task.WhenAll(Enumerable.Range(0, 5000).Select(i => connection.SendAsync(RespCommand.Of("SET", $"key:{i}", $"value {i}"))));
            await connection.SendAsync(RespCommand.Of("RPUSH", "list", "a", "b"));
            await connection.SendAsync(RespCommand.Of("SET", "expires", "v", "EX", 1000));
        }

        var import = new ImportOptions { Source = source[0].Endpoint, Connection = new() { Password = "wrong" } };
        var error = await Assert.ThrowsAsync<ClusterException>(() => ImportAsync(servers, import));
        Assert.Equal(ClusterFault.Unreachable, error.Fault);

        import = import with { Connection = new() { Password = "source-secret" } };
        var result = await ImportAsync(servers, import);
        Assert.DoesNotContain("source-secret", result.Plan.ToString() + result.Plan.Steps.Single(), StringComparison.Ordinal);
        Assert.Equal(0, (await source[0].CallAsync("DBSIZE")).AsNumber());
        Assert.Equal(5002, (await Task.WhenAll(servers.Servers.Take(3).Select(server => server.CallAsync("DBSIZE")))).Sum(count => count.AsNumber()));
        await using var connections = await Connections.OpenAsync(servers, 3);
        Assert.Equal("value 4711", (await connections.For("key:4711").SendAsync(RespCommand.Of("GET", "key:4711"))).AsText());
        Assert.Equal(2, (await connections.For("list").SendAsync(RespCommand.Of("LLEN", "list"))).AsNumber());
        Assert.InRange((await connections.For("expires").SendAsync(RespCommand.Of("TTL", "expires"))).AsNumber(), 900, 1000);
        Assert.Equal(-1, (await connections.For("list").SendAsync(RespCommand.Of("TTL", "list"))).AsNumber());
        Assert.Equal(OperationOutcome.NothingToDo, (await ImportAsync(servers, import)).Outcome);
    }

    [Fact]
    public async Task Copies_stay_and_keys_of_the_same_name_are_kept_unless_replaced()
    {
        await using var source = await SourceAsync();
        await using var servers = await RedisServers.StartClusterAsync(3, 0);
        await source[0].CallAsync("MSET", "a", "new", "b", "new", "c", "new");
        await servers[0].CallAsync("SET", "b", "old");
        var import = new ImportOptions { Source = source[0].Endpoint, Copy = true };
        var error = await Assert.ThrowsAsync<ClusterException>(() => ImportAsync(servers, import));
        Assert.Equal(ClusterFault.Faults, error.Fault);
        Assert.Contains("2 keys were imported, 1 were not", error.Message, StringComparison.Ordinal);
        Assert.Contains("'b'", error.Message, StringComparison.Ordinal);
        Assert.Equal("old", (await servers[0].CallAsync("GET", "b")).AsText());
        Assert.Equal("new", (await servers[2].CallAsync("GET", "a")).AsText());

        // Moved: what conflicts stays where it was, the others are recognised and deleted.
        await Assert.ThrowsAsync<ClusterException>(() => ImportAsync(servers, import with { Copy = false }));
        Assert.Equal(["b"], (await source[0].CallAsync("KEYS", "*")).Items.Select(key => key.AsText()));

        await ImportAsync(servers, import with { Replace = true });
        Assert.Equal("new", (await servers[0].CallAsync("GET", "b")).AsText());
        Assert.Equal(1, (await source[0].CallAsync("DBSIZE")).AsNumber());
    }

    [Fact]
    public async Task No_write_to_the_source_is_lost_while_its_keys_move()
    {
        await using var source = await SourceAsync();
        await using var servers = await RedisServers.StartClusterAsync(3, 0);
        const int Keys = 3000;
        await using (var connection = await source[0].ConnectAsync())
        {
            await Task.WhenAll(Enumerable.Range(0, Keys).Select(i => connection.SendAsync(RespCommand.Of("SET", $"key:{i}", 0))));
        }

        // Each increment of a key that is still there counts; one of a key that has gone makes no key.
        using var end = new CancellationTokenSource();
        var counts = new long[Keys];
        var writing = Task.Run(async () =>
        {
            await using var connection = await source[0].ConnectAsync();
            var random = new Random(3);
            while (!end.IsCancellationRequested)
            {
                var i = random.Next(Keys);
                counts[i] += (await connection.SendAsync(
                    RespCommand.Of("EVAL", "if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('INCR', KEYS[1]) return 1 end return 0", 1, $"key:{i}"))).AsNumber();
            }
        });
        await ImportAsync(servers, new() { Source = source[0].Endpoint });
        await end.CancelAsync();
        await writing;
        Assert.Equal(0, (await source[0].CallAsync("DBSIZE")).AsNumber());
        await using var connections = await Connections.OpenAsync(servers, 3);
        for (var i = 0; i < Keys; i++)
        {
            Assert.Equal(counts[i], (await connections.For($"key:{i}").SendAsync(RespCommand.Of("GET", $"key:{i}"))).AsNumber());
        }
    }

    [Fact]
    public async Task Keys_that_are_listed_twice_or_gone_by_then_are_passed_over()
    {
        await using var source = await SourceAsync();
        await using var connection = await source[0].ConnectAsync();
        await source[0].CallAsync("MSET", "there", "v", "changed", "v");
        var keys = new SourceConnection(connection);
        var token = TestContext.Current.CancellationToken;
        List<ReadOnlyMemory<byte>> names = [(byte[])[.. "there"u8], (byte[])[.. "gone"u8]];
        await keys.WatchAsync(names, token);
        var read = await keys.ReadAsync(names, token);
        Assert.NotNull(read[0].Payload);
        Assert.Null(read[1].Payload);
        Assert.True(await keys.DeleteAsync(names, token));
        Assert.Equal(0, (await source[0].CallAsync("EXISTS", "there")).AsNumber());

        names = [(byte[])[.. "changed"u8]];
        await keys.WatchAsync(names, token);
        await source[0].CallAsync("PEXPIRE", "changed", 100_000);
        Assert.False(await keys.DeleteAsync(names, token));
        Assert.Equal(1, (await source[0].CallAsync("EXISTS", "changed")).AsNumber());
    }

    [Fact]
    public async Task Killed_halfway_and_run_again_every_key_is_somewhere_and_then_in_the_cluster()
    {
        await using var source = await SourceAsync();
        await using var servers = await RedisServers.StartClusterAsync(3, 0);
        const int Keys = 20_000;
        await using (var connection = await source[0].ConnectAsync())
        {
            await Task.WhenAll(Enumerable.Range(0, Keys).Select(i => connection.SendAsync(RespCommand.Of("SET", $"key:{i}", $"value {i}"))));
        }

        using var kill = new CancellationTokenSource();
        var progress = new Trigger(work => work is { Unit: "keys" } && work.Done > 0, kill);
        var import = new ImportOptions { Source = source[0].Endpoint };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ClusterImport.RunAsync(servers.Endpoints, import, new(), progress, kill.Token));
        Assert.True((await source[0].CallAsync("DBSIZE")).AsNumber() + await servers.KeysAsync() >= Keys);
        Assert.InRange(await servers.KeysAsync(), 1, Keys - 1);
        await ImportAsync(servers, import);
        Assert.Equal(Keys, await servers.KeysAsync());
        Assert.Equal(0, (await source[0].CallAsync("DBSIZE")).AsNumber());
    }

    [Fact]
    public async Task Cluster_nodes_other_databases_and_replicas_are_refused()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 0);
        await using var source = await SourceAsync();
        var error = await Assert.ThrowsAsync<ClusterException>(() => ImportAsync(servers, new() { Source = servers[1].Endpoint }));
        Assert.Equal(ClusterFault.Usage, error.Fault);
        Assert.Contains("is a cluster node itself", error.Message, StringComparison.Ordinal);

        await using (var connection = await source[0].ConnectAsync())
        {
            await connection.SendAsync(RespCommand.Of("SELECT", 3));
            await connection.SendAsync(RespCommand.Of("SET", "k", "v"));
        }

        error = await Assert.ThrowsAsync<ClusterException>(() => ImportAsync(servers, new() { Source = source[0].Endpoint }));
        Assert.Equal(ClusterFault.Refused, error.Fault);
        Assert.Contains("db3 (1 keys)", error.Message, StringComparison.Ordinal);

        await source[0].CallAsync("FLUSHALL");
        await source[0].CallAsync("REPLICAOF", "127.0.0.1", 1);
        error = await Assert.ThrowsAsync<ClusterException>(() => ImportAsync(servers, new() { Source = source[0].Endpoint }));
        Assert.Contains("is a replica", error.Message, StringComparison.Ordinal);

        await source[0].KillAsync();
        error = await Assert.ThrowsAsync<ClusterException>(() => ImportAsync(servers, new() { Source = source[0].Endpoint }));
        Assert.Equal(ClusterFault.Unreachable, error.Fault);
        Assert.Equal(0, await servers.KeysAsync());
    }

    private static Task<RedisServers> SourceAsync(params string[] arguments) => RedisServers.StartAsync(
        1,
        new RedisServersOptions { ClusterMode = false, Arguments = arguments, Connection = new() { Password = arguments is ["--requirepass", var password] ? password : null } });

    private static Task<OperationResult> ImportAsync(RedisServers servers, ImportOptions import) =>
        ClusterImport.RunAsync([servers[0].Endpoint], import, new(), null, TestContext.Current.CancellationToken);
}
