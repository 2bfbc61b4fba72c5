using System.Diagnostics;
using Integration.Operations.Fix;
using Integration.Operations.Slots;
using Integration.Support;
using Integration.Worker;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace Integration.NetBox;

public sealed class KilledFixTests
{
    private const int Keys = 30_000;
    private const int SlotsOfAKind = 40;

    private static readonly string[] Kinds =
    [
        "open at both ends, and a third one importing with keys", "migrating only", "importing only", "importing only, everything moved",
        "different partners, keys at both", "keys outside the owner, nothing open", "owned by nobody, keys at both ends",
    ];

    [Fact]
    public async Task Killed_at_any_moment_the_next_run_ends_in_a_clean_check_with_all_keys()
    {
        await using var servers = await SlotCluster.StartAsync();
        await servers.FillAsync(Keys);
        var kills = new RandomKills();
        await BreakAsync(servers);
        var whole = await FixAsync(servers, async netbox => Assert.Equal(0, (await netbox.EndAsync()).ExitCode));
        await servers.AssertFilledAsync(Keys);
        for (var i = 0; i < kills.Count; i++)
        {
            await BreakAsync(servers);
            await FixAsync(servers, netbox => kills.KillAsync(netbox, whole));
            await FixAsync(servers, async netbox =>
            {
                var (exitCode, output, error) = await netbox.EndAsync();
                Assert.True(exitCode == 0, $"{exitCode}: {error}\n{output}");
            });
            await servers.AssertFilledAsync(Keys);
            CheckReport? report = null;
            await Eventually.TrueAsync(
                async () => (report = await ClusterCheck.RunAsync([servers[0].Endpoint], new(), new(), searchMultipleOwners: true, TestContext.Current.CancellationToken)).Healthy,
                TimeSpan.FromSeconds(30),
                () => string.Join('\n', report!.Findings));
        }
    }

    // The first server gets slots back from the last one first, so that there is always something to break.
    private static async Task BreakAsync(RedisServers servers)
    {
        var weights = servers.Servers.Select((server, i) => new NodeWeight(server.Endpoint.ToClientString(), i == 3 ? 0.2 : 1));
        await ClusterRebalance.RunAsync([servers[0].Endpoint], new() { Weights = [.. weights], UseEmptyMasters = true }, new(), null, TestContext.Current.CancellationToken);
        var states = new HalfOpenSlots(servers);
        var slots = await states.PickAsync(Kinds.Length * SlotsOfAKind);
        foreach (var (kind, i) in Kinds.Select((kind, i) => (kind, i)))
        {
            await states.MakeAsync(kind, [.. slots.Skip(i * SlotsOfAKind).Take(SlotsOfAKind)]);
        }
    }

    private static async Task<TimeSpan> FixAsync(RedisServers servers, Func<ToolProcess, Task> end)
    {
        using var netbox = ToolProcess.Start("netbox", ["cluster", "fix", servers[1].Endpoint.ToClientString(), "--search-multiple-owners", "--yes"]);
        await netbox.WaitForOutputAsync(text => text.Length > 0);
        var start = Stopwatch.GetTimestamp();
        await end(netbox);
        return Stopwatch.GetElapsedTime(start);
    }
}
