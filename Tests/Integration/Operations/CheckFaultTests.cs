using Integration.Operations.Slots;
using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace Integration.Operations;

/// <summary>Faults made on real servers, and what the check says of them.</summary>
public sealed class CheckFaultTests
{
    [Fact]
    public async Task Replicas_unevenly_spread_a_link_that_is_down_and_a_bus_port_nobody_reaches()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1, "--cluster-node-timeout", "2000");
        await servers[5].CallAsync("CLUSTER", "REPLICATE", (await servers[0].IdAsync()).ToString());
        var finding = await UntilFoundAsync(servers, FindingCodes.MasterWithoutReplica);
        Assert.Equal(servers[2].Port, finding.Node!.Port);

        // A replica logs in as the default user: without these it is sent away.
        await servers[1].CallAsync("ACL", "SETUSER", "default", "-psync", "-sync");
        await servers[1].CallAsync("CLIENT", "KILL", "TYPE", "replica");
        finding = await UntilFoundAsync(servers, FindingCodes.ReplicaLinkDown);
        Assert.Equal($"127.0.0.1:{servers[4].Port} has no link to its master 127.0.0.1:{servers[1].Port}.", finding.Message);
        await servers[1].CallAsync("ACL", "SETUSER", "default", "+psync", "+sync");

        await servers[3].CallAsync("CONFIG", "SET", "cluster-announce-bus-port", 9);
        finding = await UntilFoundAsync(servers, FindingCodes.BusUnreachable, "from 127.0.0.1");
        Assert.Equal((Severity.Error, servers[3].Port), (finding.Severity, finding.Node!.Port));
        Assert.StartsWith($"The bus port 9 of 127.0.0.1:{servers[3].Port} cannot be reached from 127.0.0.1:", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_forgotten_by_some_and_gone()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1, "--cluster-node-timeout", "1000");
        var gone = await servers[5].IdAsync();
        await servers[5].KillAsync();
        await UntilFoundAsync(servers, FindingCodes.NodeFailed);
        foreach (var server in servers.Servers.Take(3))
        {
            await server.CallAsync("CLUSTER", "FORGET", gone.ToString());
        }

        var finding = await UntilFoundAsync(servers, FindingCodes.StaleNode);
        Assert.Equal(
            $"Node {gone.ToShortString()} at 127.0.0.1:{servers[5].Port} is gone, but 127.0.0.1:{Math.Min(servers[3].Port, servers[4].Port)}, 127.0.0.1:{Math.Max(servers[3].Port, servers[4].Port)} still remember it.",
            finding.Message);
    }

    private static async Task<Finding> UntilFoundAsync(RedisServers servers, string code, string part = "")
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        CheckReport? report = null;
        while (!limit.IsCancellationRequested)
        {
            report = await ClusterCheck.RunAsync([servers[4].Endpoint], new(), TestContext.Current.CancellationToken);
            if (report.Findings.FirstOrDefault(f => f.Code == code && f.Message.Contains(part, StringComparison.Ordinal)) is { } finding)
            {
                return finding;
            }

            await Task.Delay(100, CancellationToken.None);
        }

        throw new InvalidOperationException($"{code} was not found in time:\n{string.Join('\n', report!.Findings)}");
    }
}
