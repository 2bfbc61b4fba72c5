using System.Security.Cryptography;
using System.Text;
using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Operations.Backup.Rdb;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Integration.Operations.Backup;

public sealed class BackupTests
{
    [Theory]
    [InlineData(0, "yes")]
    [InlineData(1, "no")]
    public async Task Shards_under_load_are_saved_each_at_one_point_of_its_history(int replicas, string diskless)
    {
        await using var servers = await RedisServers.StartClusterAsync(3, replicas, "--repl-diskless-sync", diskless);
        using var folder = new TemporaryFolder();
        await using var load = WriteLoad.Start(servers, 3);
        await load.WaitForEachAsync();
        var before = load.Acknowledged;
        var began = DateTimeOffset.UtcNow;
        var result = await BackUpAsync(servers.Endpoints, folder.Path);
        await load.WaitForEachAsync();
        var after = load.Acknowledged;
        await load.StopAsync();

        Assert.Equal(OperationOutcome.Done, result.Outcome);
        var manifest = BackupManifest.Parse(await File.ReadAllBytesAsync(folder.File("manifest.json")));
        Assert.Equal(3, manifest.Shards.Length);
        Assert.Equal(SlotSet.All, manifest.Shards.Aggregate(SlotSet.Empty, (slots, shard) => slots.Union(shard.Slots)));
        Assert.Equal(["manifest.json", "nodes.json", .. manifest.Shards.Select(shard => shard.File.Name)], Names(folder.Path));
        Assert.All(manifest.Shards, shard => Assert.InRange(shard.TakenAt, began, manifest.CreatedAt));
        var saved = new Dictionary<string, long>();
        foreach (var shard in manifest.Shards)
        {
            var bytes = await File.ReadAllBytesAsync(folder.File(shard.File.Name));
            Assert.Equal(shard.File, new(shard.File.Name, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))));

            // A master that never had a replica counts from 0 or 1 at its first snapshot.
            Assert.True(shard.Offset >= (replicas > 0 ? 100 : 0));
            foreach (var key in Keys(bytes))
            {
                Assert.True(shard.Slots.Contains(HashSlot.Of(key.Key.Span)));
                saved.Add(Encoding.ASCII.GetString(key.Key.Span), Number(key));
            }
        }

        Assert.Equal(150, saved.Count);
        Assert.All(saved, key => Assert.InRange(key.Value, before.GetValueOrDefault(key.Key), after[key.Key]));
        Assert.Contains("\"role\": \"master\"", await File.ReadAllTextAsync(folder.File("nodes.json")), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("manifest.json")));
        }
    }

    [Fact]
    public async Task Replicas_give_the_data_where_asked_for()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1);
        using var folder = new TemporaryFolder();
        await servers[0].CallAsync("SET", "b", "1");
        Assert.Equal(1, (await servers[0].CallAsync("WAIT", 1, 5000)).AsNumber());
        var result = await BackUpAsync(servers.Endpoints, folder.Path, preferReplicas: true);
        var manifest = BackupManifest.Parse(await File.ReadAllBytesAsync(folder.File("manifest.json")));
        Assert.All(manifest.Shards, shard => Assert.Contains(shard.Source, servers.Endpoints.Skip(3)));
        Assert.Empty(result.Plan.Warnings);
        var keys = Keys(await File.ReadAllBytesAsync(folder.File(manifest.Shards[0].File.Name)));
        Assert.Equal("b", Encoding.ASCII.GetString(Assert.Single(keys).Key.Span));
    }

    [Fact]
    public async Task A_folder_with_files_is_left_alone_and_an_interrupted_backup_begun_anew()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 0);
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("letter.txt"), "dear");
        var error = await Assert.ThrowsAsync<ClusterException>(() => BackUpAsync(servers.Endpoints, folder.Path));
        Assert.Equal(ClusterFault.Refused, error.Fault);
        Assert.Equal(["letter.txt"], Names(folder.Path));
        File.Delete(folder.File("letter.txt"));

        await BackUpAsync(servers.Endpoints, folder.Path);
        var whole = Names(folder.Path);
        error = await Assert.ThrowsAsync<ClusterException>(() => BackUpAsync(servers.Endpoints, folder.Path));
        Assert.Equal(ClusterFault.Refused, error.Fault);
        Assert.Contains("holds a backup already", error.Message, StringComparison.Ordinal);

        // What a run leaves behind that was killed while it received.
        File.Move(folder.File("manifest.json"), folder.File("backup.unfinished"));
        await File.WriteAllTextAsync(folder.File("shard-09-00000000.rdb.part"), "REDIS");
        await BackUpAsync(servers.Endpoints, folder.Path);
        Assert.Equal(whole, Names(folder.Path));
    }

    [Fact]
    public async Task An_open_slot_or_a_lost_master_is_refused_and_nothing_written()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 0);
        using var folder = new TemporaryFolder();
        var target = (await servers[1].CallAsync("CLUSTER", "MYID")).AsText();
        await servers[0].CallAsync("CLUSTER", "SETSLOT", 5, "MIGRATING", target);
        var error = await Assert.ThrowsAsync<ClusterException>(() => BackUpAsync(servers.Endpoints, folder.Path));
        Assert.Equal(ClusterFault.Faults, error.Fault);
        Assert.Empty(Names(folder.Path));

        await servers[0].CallAsync("CLUSTER", "SETSLOT", 5, "STABLE");
        await servers[2].KillAsync();
        error = await Assert.ThrowsAsync<ClusterException>(() => BackUpAsync([servers[0].Endpoint], folder.Path));
        Assert.Equal(ClusterFault.Unreachable, error.Fault);
        Assert.Contains($"{servers[2].Port}", error.Message, StringComparison.Ordinal);
        Assert.Empty(Names(folder.Path));
    }

    [Fact]
    public async Task A_password_is_used_and_a_node_that_takes_no_snapshot_is_named_in_time()
    {
        await using var servers = await RedisServers.StartAsync(
            3, new RedisServersOptions { Arguments = ["--requirepass", "secret", "--masterauth", "secret"], Connection = new() { Password = "secret" } });
        var connection = new ClusterConnectionSettings { Password = "secret" };
        await ClusterCreation.RunAsync(servers.Endpoints, new() { Connection = connection }, null, TestContext.Current.CancellationToken);
        using var folder = new TemporaryFolder();
        await ClusterBackup.RunAsync(
            servers.Endpoints, folder.File("one"), false, new() { Connection = connection }, null, TestContext.Current.CancellationToken);
        Assert.Contains("manifest.json", Names(folder.File("one")));

        // So long a pause before the snapshot that it counts as none.
        await servers[1].CallAsync("CONFIG", "SET", "repl-diskless-sync-delay", 3600);
        var error = await Assert.ThrowsAsync<ClusterException>(() => ClusterBackup.RunAsync(
            servers.Endpoints,
            folder.File("two"),
            false,
            new() { Connection = connection, StallLimit = TimeSpan.FromSeconds(2) },
            null,
            TestContext.Current.CancellationToken));
        Assert.Equal(ClusterFault.Faults, error.Fault);
        Assert.Contains($"127.0.0.1:{servers[1].Port} did not begin a snapshot", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain($"127.0.0.1:{servers[0].Port}", error.Message, StringComparison.Ordinal);
    }

    private static Task<OperationResult> BackUpAsync(IReadOnlyList<NodeEndpoint> seeds, string folder, bool preferReplicas = false) =>
        ClusterBackup.RunAsync(seeds, folder, preferReplicas, new(), null, TestContext.Current.CancellationToken);

    private static IEnumerable<RdbKey> Keys(byte[] bytes) => new RdbReader(new MemoryStream(bytes), bytes.Length).ReadAll().OfType<RdbKey>();

    private static IEnumerable<string> Names(string folder) => Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    // A counter is stored as a number of 1, 2 or 4 bytes.
    private static long Number(RdbKey key) => key.Value.Span[1] switch
    {
        0xC0 => (sbyte)key.Value.Span[2],
        0xC1 => BitConverter.ToInt16(key.Value.Span[2..]),
        _ => BitConverter.ToInt32(key.Value.Span[2..]),
    };
}
