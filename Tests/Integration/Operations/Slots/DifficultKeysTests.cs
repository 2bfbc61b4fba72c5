using System.Globalization;
using Integration.HitCounter;
using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Integration.Operations.Slots;

/// <summary>Keys and targets that do not go along with it: nothing is lost, and one line says what is in the way.</summary>
public sealed class DifficultKeysTests
{
    [Fact]
    public async Task Big_keys_keys_with_a_time_to_live_and_a_password_go_along()
    {
        const string Password = "a word with spaces";
        await using var servers = await SlotCluster.StartAsync(new()
        {
            Arguments = ["--requirepass", Password, "--masterauth", Password],
            Connection = new() { Password = Password },
        });
        var source = (await servers.OwnersAsync())[HashSlot.Of("{big}")];
        var big = new string('x', 3_000_000);
        await source.CallAsync("SET", "{big}:string", big);
        await using (var connection = await source.ConnectAsync())
        {
            await Task.WhenAll(Enumerable.Range(0, 20_000).Select(i => connection.SendAsync(
                RespCommand.Of("HSET", "{big}:hash", i, i), TestContext.Current.CancellationToken)));
            await Task.WhenAll(Enumerable.Range(0, 3_000).Select(i => connection.SendAsync(
                RespCommand.Of("SET", $"{{big}}:{i}", i, "PX", 3_600_000 + i), TestContext.Current.CancellationToken)));
            await connection.SendAsync(RespCommand.Of("SET", "{big}:soon", "gone", "PX", 1), TestContext.Current.CancellationToken);
        }

        var result = await ClusterReshard.RunAsync(
            [servers[0].Endpoint],
            new() { From = [source.Endpoint.ToClientString()], To = servers[3].Endpoint.ToClientString(), Slots = (await source.ViewAsync()).Myself.Slots.Count },
            new() { Connection = new() { Password = Password } },
            null,
            TestContext.Current.CancellationToken);

        Assert.True(result.Report.Healthy, string.Join('\n', result.Report.Findings));
        Assert.Equal(big, (await servers[3].CallAsync("GET", "{big}:string")).AsText());
        Assert.Equal(20_000, (await servers[3].CallAsync("HLEN", "{big}:hash")).AsNumber());
        Assert.Equal(3_002, (await servers[3].CallAsync("CLUSTER", "COUNTKEYSINSLOT", HashSlot.Of("{big}"))).AsNumber());
        Assert.InRange((await servers[3].CallAsync("PTTL", "{big}:7")).AsNumber(), 3_000_000, 3_600_007);
        Assert.Equal(-1, (await servers[3].CallAsync("PTTL", "{big}:hash")).AsNumber());
    }

    [Fact]
    public async Task What_is_in_the_way_is_told_in_one_line_and_nothing_is_lost()
    {
        await using var servers = await SlotCluster.StartAsync();
        await servers.FillAsync(3_000, valueLength: 2_000);
        var (source, target) = (servers[0], servers[3]);

        // A key that the target holds already, from another time.
        var slot = (await source.ViewAsync()).Myself.Slots.First(slot => Enumerable.Range(0, 3_000).Any(i => HashSlot.Of(Key(i)) == slot));
        var twice = Key(Enumerable.Range(0, 3_000).First(i => HashSlot.Of(Key(i)) == slot));
        await target.CallAsync("CLUSTER", "SETSLOT", slot, "IMPORTING", (await source.IdAsync()).ToString());
        await using (var connection = await target.ConnectAsync())
        {
            await connection.SendAsync(RespCommand.Of("ASKING"), TestContext.Current.CancellationToken);
            await connection.SendAsync(RespCommand.Of("SET", twice, "stale"), TestContext.Current.CancellationToken);
        }

        await target.CallAsync("CLUSTER", "SETSLOT", slot, "STABLE");
        var busy = await Assert.ThrowsAsync<ClusterException>(() => ReshardAsync(servers, 5461, new()));
        Assert.Equal(ClusterFault.Refused, busy.Fault);
        Assert.StartsWith($"slot {slot}: {target.Endpoint.ToClientString()} holds a key", busy.Message, StringComparison.Ordinal);
        Assert.Contains("--replace", busy.Message, StringComparison.Ordinal);
        Assert.Equal("stale", await AskingAsync(target, twice));

        // A target without memory.
        await target.CallAsync("CONFIG", "SET", "maxmemory", "3mb");
        var lacking = 5461 - Count(await target.ViewAsync());
        var full = await Assert.ThrowsAsync<ClusterException>(() => ReshardAsync(servers, lacking, new() { Replace = true }));
        Assert.Contains("has no memory left (maxmemory)", full.Message, StringComparison.Ordinal);
        await target.CallAsync("CONFIG", "SET", "maxmemory", 0);

        // A target that hangs: the node and the slot are named when time is up.
        await Signal.SendAsync("STOP", target.ProcessId);
        ClusterException hangs;
        try
        {
            hangs = await Assert.ThrowsAsync<ClusterException>(() => ClusterReshard.RunAsync(
                [source.Endpoint],
                new() { To = target.Endpoint.ToClientString(), Slots = 1 },
                new() { StallLimit = TimeSpan.FromSeconds(2), Connection = new() { ConnectTimeout = TimeSpan.FromSeconds(1), CommandTimeout = TimeSpan.FromSeconds(1) } },
                null,
                TestContext.Current.CancellationToken));
        }
        finally
        {
            await Signal.SendAsync("CONT", target.ProcessId);
        }

        Assert.Contains(target.Endpoint.ToClientString(), hangs.Message, StringComparison.Ordinal);

        // Then all of it.
        await servers.UntilAgreedAsync();
        var left = 5461 - Count(await target.ViewAsync());
        var result = await ReshardAsync(servers, left, new() { Replace = true });
        Assert.True(result.Report.Healthy, string.Join('\n', result.Report.Findings));
        await servers.AssertFilledAsync(3_000, valueLength: 2_000);
    }

    [Fact]
    public async Task Moved_under_load_and_all_restarted_the_data_is_there()
    {
        await using var servers = await SlotCluster.StartAsync(new() { Arguments = ["--appendonly", "yes", "--appendfsync", "always"] });
        await servers.FillAsync(2_000);
        int written;
        await using (var load = await LiveLoad.StartAsync(servers.Endpoints))
        {
            await ReshardAsync(servers, 2_000, new());
            written = await load.EndAsync();
        }

        await Task.WhenAll(servers.Servers.Select(server => server.KillAsync()));
        Assert.All(await Task.WhenAll(servers.Servers.Select(server => server.StartAsync(TestContext.Current.CancellationToken))), Assert.True);
        await servers.UntilAgreedAsync();
        await servers.AssertFilledAsync(2_000, others: written);
        Assert.Equal(2_000, Count(await servers[3].ViewAsync()));
    }

    private static string Key(int i) => string.Create(CultureInfo.InvariantCulture, $"key:{i}");

    private static int Count(ClusterView view) => view.Myself.Slots.Count;

    private static Task<OperationResult> ReshardAsync(RedisServers servers, int slots, MigrationTuning tuning) => ClusterReshard.RunAsync(
        [servers[0].Endpoint],
        new() { From = [servers[0].Endpoint.ToClientString()], To = servers[3].Endpoint.ToClientString(), Slots = slots, Tuning = tuning },
        new() { StallLimit = TimeSpan.FromSeconds(20) },
        null,
        TestContext.Current.CancellationToken);

    private static async Task<string> AskingAsync(RedisServer server, string key)
    {
        await using var connection = await server.ConnectAsync();
        await connection.SendAsync(RespCommand.Of("ASKING"), TestContext.Current.CancellationToken);
        return (await connection.SendAsync(RespCommand.Of("GET", key), TestContext.Current.CancellationToken)).AsText();
    }
}
