using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Protocol;

namespace Integration.Operations;

/// <summary>A joining or a leaving that is killed after any of its steps is finished by the same call.</summary>
public sealed class MembershipResumeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Joining_and_leaving_go_on_after_every_step()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 0, "--cluster-node-timeout", "1000");
        await using var spare = await RedisServers.StartAsync(1, "--cluster-node-timeout", "1000");
        var (node, seeds) = (spare.Endpoints[0], new[] { servers.Endpoints[0] });
        var (joined, left) = (false, false);
        for (var step = 1; !joined || !left; step++)
        {
            var add = new AddNodeRequest { Node = node, AsReplica = true };
            joined |= await KilledAsync(step, kill => ClusterAddNode.RunAsync(seeds, add, new(), null, kill, Stop)) is not null;
            var there = await ClusterAddNode.RunAsync(seeds, add, new(), null, Stop);
            Assert.True(there.Report.Healthy && there.Report.Summary.NodeCount == 4, $"joining killed after step {step}: {string.Join('\n', there.Report.Findings)}");

            var remove = new DelNodeRequest { Node = node.ToClientString() };
            left |= await KilledAsync(step, kill => ClusterDelNode.RunAsync(seeds, remove, new(), null, kill, Stop)) is not null;
            var gone = await ClusterDelNode.RunAsync(seeds, remove, new(), null, Stop);
            Assert.True(gone.Report.Healthy && gone.Report.Summary.NodeCount == 3, $"leaving killed after step {step}: {string.Join('\n', gone.Report.Findings)}");
            Assert.Single((await spare.ObserveAsync()).Nodes);
        }
    }

    [Fact]
    public async Task A_drain_that_was_killed_goes_on()
    {
        const int Keys = 500;
        await using var servers = await RedisServers.StartClusterAsync(4, 0, "--cluster-node-timeout", "1000");
        foreach (var server in servers.Servers)
        {
            await using var connection = await server.ConnectAsync();
            await Task.WhenAll(Enumerable.Range(0, Keys).Select(i => connection.TrySendAsync(RespCommand.Of("SET", $"key:{i}", i))));
        }

        var request = new DelNodeRequest { Node = servers.Endpoints[3].ToClientString() };
        for (var step = 1; step <= 3; step++)
        {
            Assert.Null(await KilledAsync(1, kill => ClusterDelNode.RunAsync([servers.Endpoints[0]], request, new(), null, kill, Stop)));
        }

        var result = await ClusterDelNode.RunAsync([servers.Endpoints[0]], request, new(), null, Stop);
        Assert.True(result.Report.Healthy, string.Join('\n', result.Report.Findings));
        Assert.Equal((3, Keys, 0), (result.Report.Summary.NodeCount, result.Report.Summary.KeyCount, (await servers[3].CallAsync("DBSIZE")).AsNumber()));
    }

    // Null when it was killed.
    private static async Task<OperationResult?> KilledAsync(int step, Func<AfterStep, Task<OperationResult>> run)
    {
        try
        {
            return await run((number, _) =>
            {
                if (number == step)
                {
                    throw new InjectedKillException();
                }
            });
        }
        catch (InjectedKillException)
        {
            return null;
        }
    }
}
