using System.Globalization;
using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Operations.Slots;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Integration.Operations.Slots;

/// <summary>What a run leaves that was killed at one of its stages: clients are served, and the next run finishes it.</summary>
public sealed class InterruptedMoveTests
{
    private const int Keys = 8_000;

    [Fact]
    public async Task Killed_after_any_stage_the_next_run_finishes_it()
    {
        await using var servers = await SlotCluster.StartAsync();
        await servers.FillAsync(Keys);
        foreach (var stage in Enum.GetValues<MoveStage>())
        {
            foreach (var nth in new[] { 1, 2 })
            {
                var before = (await servers[3].ViewAsync()).Myself.Slots.Count;
                await KillAsync(servers, stage, nth);
                await AssertServedAsync(servers);

                // Open slots count: what the killed run had begun is part of it.
                var resumed = await ClusterReshard.RunAsync(
                    [servers[0].Endpoint],
                    new() { From = [servers[0].Endpoint.ToClientString()], To = servers[3].Endpoint.ToClientString(), Slots = 300 },
                    new() { StallLimit = TimeSpan.FromSeconds(20) },
                    null,
                    TestContext.Current.CancellationToken);
                Assert.True(resumed.Report.Healthy, $"{stage} {nth}: {string.Join('\n', resumed.Report.Findings)}");
                Assert.InRange((await servers[3].ViewAsync()).Myself.Slots.Count, before + 300, before + 600);
                await servers.AssertFilledAsync(Keys);
            }
        }
    }

    [Fact]
    public async Task A_client_is_sent_on_as_the_protocol_says_while_a_slot_is_half_moved()
    {
        await using var servers = await SlotCluster.StartAsync();

        // Two keys of one slot, of which one has been moved.
        string[] keys = ["{half}:1", "{half}:2"];
        var slot = HashSlot.Of(keys[0]);
        var source = (await servers.OwnersAsync())[slot];
        foreach (var key in keys)
        {
            await source.CallAsync("SET", key, "old");
        }

        await KillAsync(servers, MoveStage.Migrating, 1, source, SlotSet.Of([slot]));
        await source.CallAsync("MIGRATE", "127.0.0.1", servers[3].Port, keys[0], 0, 5000);
        await using var there = await servers[3].ConnectAsync();
        await using var here = await source.ConnectAsync();
        var values = await Task.WhenAll(keys.Select(key => AskAsync(here, "GET", key)));
        var moved = Assert.Single(keys.Zip(values).Where(pair => pair.Second.IsError).Select(pair => pair.First));
        Assert.StartsWith($"ASK {slot} 127.0.0.1:{servers[3].Port}", (await AskAsync(here, "GET", moved)).AsText(), StringComparison.Ordinal);
        Assert.StartsWith("TRYAGAIN", (await AskAsync(here, "MGET", keys[0], keys[1])).AsText(), StringComparison.Ordinal);
        Assert.StartsWith($"MOVED {slot} 127.0.0.1:{source.Port}", (await AskAsync(there, "GET", moved)).AsText(), StringComparison.Ordinal);
        await AskAsync(there, "ASKING");
        Assert.Equal("old", (await AskAsync(there, "GET", moved)).AsText());

        // A key that is new goes where the slot goes to, and one that is still here is changed here.
        Assert.Equal("ASK", (await AskAsync(here, "SET", "{half}:3", "new")).ErrorCode);
        await AskAsync(there, "ASKING");
        Assert.False((await AskAsync(there, "SET", "{half}:3", "new")).IsError);
        await AskAsync(here, "SET", keys.Single(key => key != moved), "changed");

        var result = await ClusterRebalance.RunAsync([servers[0].Endpoint], new() { Threshold = 100 }, new(), null, TestContext.Current.CancellationToken);
        Assert.True(result.Report.Healthy, string.Join('\n', result.Report.Findings));
        Assert.Same(servers[3], (await servers.OwnersAsync())[slot]);
        Assert.Equal(
            [.. keys.Select(key => key == moved ? "old" : "changed"), "new"],
            (await AskAsync(there, "MGET", [.. keys, "{half}:3"])).Items.Select(value => value.AsText()));
        Assert.StartsWith($"MOVED {slot} 127.0.0.1:{servers[3].Port}", (await AskAsync(here, "GET", moved)).AsText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Told_to_stop_it_finishes_what_is_open_and_begins_nothing_else()
    {
        await using var servers = await SlotCluster.StartAsync();
        await servers.FillAsync(Keys);
        using var interrupt = new CancellationTokenSource();
        var progress = new ProgressList(report =>
        {
            if (report.Work is { Done: > 0 })
            {
                interrupt.Cancel();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ClusterRebalance.RunAsync(
            [servers[0].Endpoint], new() { UseEmptyMasters = true }, new(), progress, interrupt.Token));
        var views = await Task.WhenAll(servers.Servers.Select(server => server.ViewAsync()));
        Assert.All(views, view => Assert.Empty(view.Myself.Migrating.Concat(view.Myself.Importing)));
        Assert.InRange(views[3].Myself.Slots.Count, 1, 4095);
        await servers.AssertFilledAsync(Keys);
        var result = await ClusterRebalance.RunAsync([servers[0].Endpoint], new() { UseEmptyMasters = true }, new(), null, TestContext.Current.CancellationToken);
        Assert.True(result.Report.Healthy, string.Join('\n', result.Report.Findings));
        await servers.AssertFilledAsync(Keys);
    }

    private static Task KillAsync(RedisServers servers, MoveStage stage, int nth) =>
        KillAsync(servers, stage, nth, servers[0], null);

    private static async Task KillAsync(RedisServers servers, MoveStage stage, int nth, RedisServer source, SlotSet? slots)
    {
        await using var pool = new NodePool(new());
        var context = new StepContext(pool, new(), TimeProvider.System, new ProgressLog(null, TimeProvider.System));
        slots ??= SlotSet.Of((await source.ViewAsync()).Myself.Slots.Take(300));
        var move = new MoveSlots(source.Endpoint, await source.IdAsync(), servers[3].Endpoint, await servers[3].IdAsync(), slots, "to be killed");
        var left = nth;
        var mover = new SlotMover(context, new SlotWork(context, [move]), (reached, _) =>
        {
            if (reached == stage && Interlocked.Decrement(ref left) == 0)
            {
                throw new InjectedKillException();
            }
        });
        await Assert.ThrowsAsync<InjectedKillException>(() => mover.MoveAsync(move, TestContext.Current.CancellationToken));
    }

    // As a client that follows redirections, and asks again when told so, sees it.
    private static async Task AssertServedAsync(RedisServers servers)
    {
        var options = new StackExchange.Redis.ConfigurationOptions();
        foreach (var server in servers.Servers)
        {
            options.EndPoints.Add("127.0.0.1", server.Port);
        }

        await using var client = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(options);
        var database = client.GetDatabase();
        foreach (var chunk in Enumerable.Range(0, Keys).Select(i => string.Create(CultureInfo.InvariantCulture, $"key:{i}")).Chunk(1000))
        {
            var values = await Task.WhenAll(chunk.Select(key => database.StringGetAsync(key)));
            Assert.Equal(chunk, values.Select(value => value.ToString()));
        }
    }

    private static Task<RespValue> AskAsync(RespConnection connection, string command, params string[] arguments) =>
        connection.TrySendAsync(RespCommand.Of([command, .. arguments.Select(argument => (RespArgument)argument)]), TestContext.Current.CancellationToken);
}
