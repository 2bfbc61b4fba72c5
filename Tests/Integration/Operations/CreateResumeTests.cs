using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace Integration.Operations;

public sealed class CreateResumeTests
{
    private const int AtOnce = 3;

    [Fact]
    public async Task A_run_killed_after_any_step_is_finished_by_the_next_one()
    {
        var pools = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => RedisServers.StartAsync(6)));
        try
        {
            var steps = (await CreateAsync(pools[0], null)).StepsDone;
            Assert.InRange(steps, 40, 80);
            await pools[0].ResetAsync();
            var next = 0;
            await Task.WhenAll(pools.Select(async servers =>
            {
                for (var kill = Interlocked.Increment(ref next); kill <= steps; kill = Interlocked.Increment(ref next))
                {
                    await KillAndResumeAsync(servers, kill);
                    await servers.ResetAsync();
                }
            }));
        }
        finally
        {
            await Task.WhenAll(pools.Select(servers => servers.DisposeAsync().AsTask()));
        }
    }

    [Theory]
    [InlineData("config epoch")]
    [InlineData("replicate")]
    public async Task A_node_that_is_restarted_on_the_way_does_not_end_the_run(string moment)
    {
        await using var servers = await RedisServers.StartAsync(6);
        Task? restart = null;
        var progress = new ProgressList(report =>
        {
            if (restart is null && report.Message.Contains(moment, StringComparison.Ordinal))
            {
                restart = RestartAsync(servers[1]);
            }
        });
        var result = await ClusterCreation.RunAsync(servers.Endpoints, new() { ReplicasPerShard = 1 }, progress, TestContext.Current.CancellationToken);
        await restart!;
        Assert.True(result.Report.Healthy, string.Join('\n', result.Report.Findings));
        Assert.Equal(3, result.Report.Summary.Shards.Length);
        Assert.All(await servers.NodeTimeoutsAsync(), timeout => Assert.Equal(15000, timeout));
    }

    private static async Task RestartAsync(RedisServer server)
    {
        await server.KillAsync();
        Assert.True(await server.StartAsync(TestContext.Current.CancellationToken));
    }

    private static async Task KillAndResumeAsync(RedisServers servers, int kill)
    {
        PlanStep? last = null;
        await Assert.ThrowsAsync<InjectedKillException>(() => CreateAsync(servers, (number, step) =>
        {
            last = step;
            if (number == kill)
            {
                throw new InjectedKillException();
            }
        }));
        try
        {
            var resumed = await CreateAsync(servers, null);
            Assert.True(resumed.Report.Healthy, string.Join('\n', resumed.Report.Findings));
            Assert.Equal(
                [(servers[0].Port, "0-5460"), (servers[1].Port, "5461-10922"), (servers[2].Port, "10923-16383")],
                resumed.Observation.Nodes.Where(node => node.View!.Myself.IsMaster).Select(node => (node.Endpoint.Port, node.View!.Myself.Slots.ToString())));
            Assert.All(resumed.Report.Summary.Shards, shard => Assert.Single(shard.Replicas));
            Assert.All(await servers.NodeTimeoutsAsync(), timeout => Assert.Equal(15000, timeout));
            Assert.Equal(0, await servers.KeysAsync());
            Assert.Equal(0, (await CreateAsync(servers, null)).StepsDone);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"Killed after step {kill}, {last}: {error.Message}", error);
        }
    }

    private static Task<CreateResult> CreateAsync(RedisServers servers, AfterStep? afterStep) =>
        ClusterCreation.RunAsync(
            servers.Endpoints, new() { ReplicasPerShard = 1, Deadline = TimeSpan.FromSeconds(30) }, null, afterStep, TestContext.Current.CancellationToken);
}
