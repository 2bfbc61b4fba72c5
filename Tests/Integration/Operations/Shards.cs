using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Integration.Operations;

/// <summary>What tests of membership and failover ask of a cluster, through the same observation and check that the tools use.</summary>
internal static class Shards
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<ClusterObservation> ObserveAsync(this RedisServers servers, int seed = 0) =>
        await ClusterObserver.ObserveAsync([servers.Endpoints[seed]], discover: true, new(), Stop);

    public static async Task<CheckReport> CheckAsync(this RedisServers servers, int seed = 0) =>
        await ClusterCheck.RunAsync([servers.Endpoints[seed]], new(), Stop);

    /// <summary>The replicas of a master, as indices of the servers.</summary>
    public static async Task<IReadOnlyList<int>> ReplicasOfAsync(this RedisServers servers, int master, int seed)
    {
        var observation = await servers.ObserveAsync(seed);
        var id = await servers.IdAsync(master, seed);
        return [.. Enumerable.Range(0, servers.Servers.Count).Where(i => Self(observation, servers, i)?.MasterId == id)];
    }

    public static async Task<NodeId> IdAsync(this RedisServers servers, int node, int seed) =>
        (await servers.ObserveAsync(seed)).Nodes.First(n => n.View is not null).View!.Nodes.Single(n => n.Address.Port == servers[node].Port).Id;

    public static async Task<bool> IsMasterAsync(this RedisServers servers, int node) =>
        (await NodeSelfAsync(servers[node])) is { IsMaster: true, Slots.IsEmpty: false };

    /// <summary>Waits until the check says what is wanted; what it said last is the message when it never does.</summary>
    public static async Task<CheckReport> UntilAsync(this RedisServers servers, Func<CheckReport, bool> wanted, int seed = 0)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(Patience);
        while (true)
        {
            var report = await servers.CheckAsync(seed);
            if (wanted(report))
            {
                return report;
            }

            Assert.False(limit.IsCancellationRequested, $"not within {Patience.TotalSeconds} s; the check says: {string.Join('\n', report.Findings)}");
            await Task.Delay(50, Stop);
        }
    }

    /// <summary>Waits until the check finds nothing worth a warning.</summary>
    public static Task UntilWellAsync(this RedisServers servers) => servers.UntilAsync(report => report.Findings.All(finding => finding.Severity == Severity.Info));

    public static async Task UntilAsync(Func<Task<bool>> wanted, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(Patience);
        while (!await wanted())
        {
            Assert.False(limit.IsCancellationRequested, $"not within {Patience.TotalSeconds} s: {what}");
            await Task.Delay(20, Stop);
        }
    }

    public static bool Has(this CheckReport report, string code, RedisServer node) =>
        report.Findings.Any(finding => finding.Code == code && finding.Node?.Port == node.Port);

    /// <summary>
    /// Cuts a replica off from its master and leaves both running: the master wants a password from now on that the replica does not have.
    /// Connections that are open stay so; close the replica's own.
    /// </summary>
    public static async Task CutOffAsync(RedisServer master, RedisServer replica)
    {
        await master.CallAsync("CONFIG", "SET", "requirepass", "cut-off");
        await replica.CallAsync("CLIENT", "KILL", "TYPE", "master");
        await UntilAsync(
            async () => ServerInfo.Parse((await replica.CallAsync("INFO", "replication")).AsText()).Replication is { IsMasterLinkUp: false },
            "the replica lost its link");
    }

    private static ClusterNode? Self(ClusterObservation observation, RedisServers servers, int i) =>
        observation.Nodes.FirstOrDefault(n => n.Endpoint.Port == servers[i].Port)?.View?.Myself;

    private static async Task<ClusterNode> NodeSelfAsync(RedisServer server) => ClusterView.Parse((await server.CallAsync("CLUSTER", "NODES")).AsText()).Myself;
}
