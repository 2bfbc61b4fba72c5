using System.Diagnostics;
using Integration.Support;
using Integration.Worker;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace Integration.Operations.Slots;

/// <summary>
/// netbox cluster rebalance as the process it is, killed at a random moment under load and run again: always a clean check and all keys.
/// KILLS makes it longer (<see cref="RandomKills"/>).
/// </summary>
public sealed class KilledToolTests
{
    private const int Keys = 10_000;

    [Fact]
    public async Task Killed_at_any_moment_it_is_finished_by_the_next_run()
    {
        var kills = new RandomKills();

        // An emptied master stays one, so that it can be filled again.
        await using var servers = await SlotCluster.StartAsync(new() { Arguments = ["--cluster-allow-replica-migration", "no"] });
        await servers.FillAsync(Keys);
        await using var load = await LiveLoad.StartAsync(servers.Endpoints);
        var usual = Stopwatch.StartNew();
        Assert.Equal(0, (await ToolProcess.RunAsync("netbox", Arguments(servers, fill: true))).ExitCode);
        usual.Stop();
        var killed = 0;
        for (var turn = 0; killed < kills.Count; turn++)
        {
            Assert.True(turn < 4 * kills.Count, "it was almost always over before it was killed");
            var arguments = Arguments(servers, fill: turn % 2 == 1);
            using (var tool = ToolProcess.Start("netbox", arguments))
            {
                killed += await kills.KillAsync(tool, usual.Elapsed) ? 1 : 0;
            }

            var (exitCode, output, error) = await ToolProcess.RunAsync("netbox", arguments);
            Assert.True(exitCode == 0, $"kill {killed}: {exitCode} {output}{error}");
            var counts = await servers.SlotCountsAsync();
            Assert.Equal(turn % 2 == 1 ? 4096 : 0, counts[3]);

            // Nodes that got slots at once may have taken the same epoch, and see it when they hear of each other.
            CheckReport? report = null;
            await Eventually.TrueAsync(
                async () => (report = await ClusterCheck.RunAsync([servers[0].Endpoint], new(), TestContext.Current.CancellationToken)).Healthy,
                TimeSpan.FromSeconds(30),
                () => string.Join('\n', report!.Findings));
        }

        await servers.AssertFilledAsync(Keys, others: await load.EndAsync());
    }

    private static string[] Arguments(RedisServers servers, bool fill)
    {
        var last = servers[3].Endpoint.ToClientString();
        return ["cluster", "rebalance", servers[0].Endpoint.ToClientString(), "--yes", "--threshold", "0", .. fill ? ["--use-empty-masters"] : new[] { "--weight", $"{last}=0" }];
    }
}
