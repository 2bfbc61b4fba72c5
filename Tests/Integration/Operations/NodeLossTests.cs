using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Planning;
using RedisCluster.Protocol;

namespace Integration.Operations;

/// <summary>Nodes die and come back by themselves: what the check and the planners make of it.</summary>
public sealed class NodeLossTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_shard_outlives_its_replicas_and_another_its_masters_one_after_the_other()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 2, "--cluster-node-timeout", "500", "--cluster-allow-replica-migration", "no");
        var (bare, heirs) = (await servers.ReplicasOfAsync(0, seed: 0), await servers.ReplicasOfAsync(1, seed: 0));

        // Both replicas of the first shard: it stays up, and the check says that nobody could replace its master.
        await Task.WhenAll(bare.Select(replica => servers[replica].KillAsync()));
        var report = await servers.UntilAsync(now => bare.All(replica => now.Has(FindingCodes.NodeFailed, servers[replica])));
        Assert.True(report.Summary.StateOk);
        Assert.True(report.Has(FindingCodes.MasterWithoutReplica, servers[0]), string.Join('\n', report.Findings));
        Assert.Equal("OK", (await servers[0].CallAsync("SET", "b", "1")).AsText());

        // The second shard loses its master, and then the one that took over.
        await servers[1].CallAsync("SET", "c", "kept");
        await servers[1].CallAsync("WAIT", 2, 5000);
        await servers[1].KillAsync();
        await Shards.UntilAsync(async () => await servers.IsMasterAsync(heirs[0]) || await servers.IsMasterAsync(heirs[1]), "a replica took over");
        var (first, second) = await servers.IsMasterAsync(heirs[0]) ? (heirs[0], heirs[1]) : (heirs[1], heirs[0]);
        await servers.UntilAsync(now => now.Summary.StateOk && !now.Has(FindingCodes.ReplicaLinkDown, servers[second]));
        await servers[first].KillAsync();
        await Shards.UntilAsync(() => servers.IsMasterAsync(second), "the last replica took over");
        report = await servers.UntilAsync(now => now.Summary.StateOk);
        Assert.Equal("kept", (await servers[second].CallAsync("GET", "c")).AsText());
        Assert.True(report.Has(FindingCodes.MasterWithoutReplica, servers[second]));

        // The first shard's only node: the cluster is down, with it its slots, and nobody may touch that shard.
        await servers[0].KillAsync();
        report = await servers.UntilAsync(now => !now.Summary.StateOk && now.Has(FindingCodes.NodeFailed, servers[0]), seed: 2);
        Assert.Contains(report.Findings, finding => finding is { Severity: Severity.Error, Code: FindingCodes.NodeFailed } && finding.Message.Contains("5461 slots: 0-5460", StringComparison.Ordinal));
        var refused = await Assert.ThrowsAsync<ClusterException>(() => ClusterFailover.RunAsync(
            [servers.Endpoints[2]], new() { Shard = servers[0].Endpoint.ToClientString(), Mode = FailoverMode.Force }, new(), null, Stop));
        Assert.Equal(ClusterFault.Unreachable, refused.Fault);

        // They all come back: the old masters as replicas, and the cluster is whole again.
        int[] dead = [0, 1, first, .. bare];
        await Task.WhenAll(dead.Select(node => servers[node].StartAsync(Stop)));
        await servers.UntilAsync(now => now.Healthy && now.Summary.Shards.Length == 3 && now.Summary.Shards.All(shard => shard.Replicas.Length == 2));
        Assert.True(await servers.IsMasterAsync(0));
        Assert.True(await servers.IsMasterAsync(second));
        var ids = (await servers.ObserveAsync()).Nodes;
        Assert.Equal(9, ids.Select(node => node.MyId).Distinct().Count());
        Assert.Equal(3, ids.Where(node => node.View!.Myself.IsMaster).Select(node => node.View!.Myself.ConfigEpoch).Distinct().Count());
    }

    [Fact]
    public async Task A_stale_replica_is_not_promoted_unless_it_is_said()
    {
        await using var servers = await RedisServers.StartClusterAsync(
            3, 1, "--cluster-node-timeout", "500", "--cluster-replica-validity-factor", "1", "--repl-ping-replica-period", "1");
        var stale = (await servers.ReplicasOfAsync(0, seed: 1)).Single();
        await servers[0].CallAsync("SET", "{b}old", "1");
        await servers[0].CallAsync("WAIT", 1, 5000);
        await Shards.CutOffAsync(servers[0], servers[stale]);

        // Older than node timeout x validity factor + ping period.
        await Shards.UntilAsync(
            async () => (await servers[stale].CallAsync("INFO", "replication")).AsText().Split('\n').Any(line => line.StartsWith("master_link_down_since_seconds:") && int.Parse(line.Split(':')[1]) >= 3),
            "the data became stale");
        await servers[0].KillAsync();
        await Shards.UntilAsync(
            () => Task.FromResult(servers[stale].Log.Contains("Disconnected from master for longer than allowed", StringComparison.Ordinal)), "the replica says that it must not");
        var report = await servers.CheckAsync(seed: 1);
        Assert.False(report.Healthy);
        Assert.True(report.Has(FindingCodes.NodeFailed, servers[0]) && report.Has(FindingCodes.ReplicaLinkDown, servers[stale]), string.Join('\n', report.Findings));
        Assert.False(await servers.IsMasterAsync(stale));

        var request = new FailoverRequest { Replica = servers[stale].Endpoint.ToClientString() };
        var fault = await Assert.ThrowsAsync<ClusterException>(() => ClusterFailover.RunAsync([servers.Endpoints[1]], request, new(), null, Stop));
        Assert.Equal(ClusterFault.Refused, fault.Fault);
        Assert.False(await servers.IsMasterAsync(stale));
        var forced = await ClusterFailover.RunAsync([servers.Endpoints[1]], request with { Mode = FailoverMode.Force }, new(), null, Stop);
        Assert.Contains("is lost", Assert.Single(forced.Plan.Warnings), StringComparison.Ordinal);
        Assert.Equal("1", (await servers[stale].CallAsync("GET", "{b}old")).AsText());
    }

    [Fact]
    public async Task A_spare_replica_moves_to_the_shard_without_one_and_stays_where_that_is_switched_off()
    {
        var both = await Task.WhenAll(StartAsync("yes"), StartAsync("no"));
        await using var moving = both[0].Servers;
        await using var staying = both[1].Servers;
        foreach (var (servers, orphan) in both)
        {
            await servers[(await servers.ReplicasOfAsync(orphan, seed: 0)).Single()].KillAsync();
        }

        // The spare one has moved when the check has nothing left to say of that master.
        var (moved, master) = both[0];
        await moved.UntilAsync(report => report.Summary.Shards.All(shard => shard.Replicas.Any(replica => replica is { IsFailed: false, IsMasterLinkUp: true })));
        Assert.False((await moved.CheckAsync()).Has(FindingCodes.MasterWithoutReplica, moved[master]));

        // The other cluster had as long, and its check still names the master; add-node would help that shard first.
        var (stayed, without) = both[1];
        await stayed.UntilAsync(report => report.Has(FindingCodes.MasterWithoutReplica, stayed[without]));
        Assert.Equal(2, (await stayed.CheckAsync()).Summary.Shards.Max(shard => shard.Replicas.Length));
        await using var helper = await RedisServers.StartAsync(1, "--cluster-node-timeout", "500");
        var plan = await ClusterAddNode.RunAsync(
            [stayed.Endpoints[0]], new() { Node = helper.Endpoints[0], AsReplica = true }, new() { DryRun = true }, null, Stop);
        Assert.Equal(stayed[without].Port, plan.Plan.Steps.OfType<Replicate>().Single().Master.Port);

        static async Task<(RedisServers Servers, int Orphan)> StartAsync(string migration)
        {
            // Seven nodes in three shards: one of them has a replica to spare.
            string[] arguments = ["--cluster-node-timeout", "500", "--cluster-allow-replica-migration", migration];
            var servers = await RedisServers.StartAsync(7, arguments);
            await ClusterCreation.RunAsync(servers.Endpoints, new() { ReplicasPerShard = 1 }, null, TestContext.Current.CancellationToken);
            for (var master = 0; ; master++)
            {
                if ((await servers.ReplicasOfAsync(master, seed: 0)).Count == 1)
                {
                    return (servers, master);
                }
            }
        }
    }

    [Fact]
    public async Task Host_names_and_bus_ports_survive_restarts()
    {
        await using var servers = await RedisServers.StartClusterAsync(
            3, 0, "--cluster-node-timeout", "1000", "--cluster-announce-hostname", "localhost", "--cluster-preferred-endpoint-type", "hostname");
        var before = await servers.ObserveAsync();
        Assert.All(before.Nodes.Skip(1), node => Assert.Equal("localhost", node.Endpoint.Host));

        // The first one stays away: what the others say of it comes from their files.
        foreach (var server in servers.Servers)
        {
            await server.KillAsync();
        }

        await Task.WhenAll(servers[1].StartAsync(Stop), servers[2].StartAsync(Stop));
        var lost = await servers.ObserveAsync(seed: 1);
        var away = lost.Nodes.Single(node => !node.IsReachable);
        Assert.Equal((servers[0].Port, servers[0].Endpoint.BusPort), (away.Endpoint.Port, away.Endpoint.BusPort));
        Assert.All(lost.Reachable, node => Assert.All(node.View!.Nodes, known =>
        {
            Assert.Equal("localhost", known.Address.Hostname);
            Assert.Contains(servers.Endpoints, endpoint => (endpoint.Port, endpoint.BusPort) == (known.Address.Port, known.Address.BusPort));
        }));
        await servers[0].StartAsync(Stop);
        await servers.UntilAsync(report => report.Healthy);
        Assert.Equal(
            before.Nodes.Select(node => node.MyId).Order(),
            (await servers.ObserveAsync()).Nodes.Select(node => node.MyId).Order());
    }
}
