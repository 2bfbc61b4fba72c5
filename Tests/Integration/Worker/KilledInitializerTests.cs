using System.Diagnostics;
using Integration.Support;
using RedisCluster.Operations;

namespace Integration.Worker;

public sealed class KilledInitializerTests
{
    [Fact]
    public async Task Killed_at_any_moment_the_next_run_ends_in_a_clean_check()
    {
        await using var servers = await RedisServers.StartAsync(6);
        var kills = new RandomKills();

        // How long a whole run takes here, from its first line on.
        var whole = await FormAsync(servers, async worker => await worker.EndAsync());
        for (var i = 0; i < kills.Count; i++)
        {
            await servers.ResetAsync();
            await FormAsync(servers, worker => kills.KillAsync(worker, whole));
            await FormAsync(servers, async worker => Assert.Equal(0, (await worker.EndAsync()).ExitCode));
            var report = await ClusterCheck.RunAsync([servers[5].Endpoint], new(), TestContext.Current.CancellationToken);
            Assert.True(report.Healthy, string.Join('\n', report.Findings));
            Assert.All(report.Summary.Shards, shard => Assert.Single(shard.Replicas));
            Assert.All(await servers.NodeTimeoutsAsync(), timeout => Assert.Equal(15000, timeout));
            Assert.Equal(0, await servers.KeysAsync());
        }
    }

    private static async Task<TimeSpan> FormAsync(RedisServers servers, Func<ToolProcess, Task> end)
    {
        using var worker = ToolProcess.Start(
            "ClusterInit.Worker", [], ("Cluster__Nodes", string.Join(',', servers.Endpoints)), ("Cluster__ReplicasPerShard", "1"));
        await worker.WaitForOutputAsync(text => text.Length > 0);
        var start = Stopwatch.GetTimestamp();
        await end(worker);
        return Stopwatch.GetElapsedTime(start);
    }
}
