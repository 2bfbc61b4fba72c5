using System.Text.Json;
using Integration.HitCounter;
using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Protocol;
using RedisCluster.Topology;
using static Integration.NetBox.ProbeCommandTests;

namespace Integration.NetBox;

/// <summary>netbox doctor on faults that are made for real: it finds each, names the node and suggests the cure.</summary>
public class DoctorTests
{
    private const string FakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

    // The allocator redis-server is built with asks the time before the other library is ready to tell it, and hangs.
    private const string OtherAllocator = "/usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_healthy_cluster_has_no_errors_and_the_app_is_asked_too()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1);
        var (exitCode, output, error) = await RunAsync("doctor", Text(servers[3]));
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("healthy: 6 of 6 nodes told everything", output);

        (exitCode, output, _) = await RunAsync("doctor", Text(servers[0]), "--app", "http://127.0.0.1:1/count");
        Assert.Equal(1, exitCode);
        Assert.Contains("error app-silent http://127.0.0.1:1/count", output);
        Assert.Contains("cure: netbox http http://127.0.0.1:1/count", output);
    }

    [Fact]
    public async Task A_node_that_is_down_and_slots_that_are_open_or_nobodys()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1);
        await servers[5].KillAsync();
        await servers[0].CallAsync("CLUSTER", "SETSLOT", 100, "MIGRATING", (await servers[1].CallAsync("CLUSTER", "MYID")).AsText());

        // Its owner first: as long as that one claims the slot, its next ping gives it back to those who have dropped it.
        foreach (var server in servers.Servers.Take(5).OrderBy(server => server != servers[2]))
        {
            await server.CallAsync("CLUSTER", "DELSLOTS", 16000);
        }

        var findings = await DiagnoseAsync([servers[0].Endpoint, servers[5].Endpoint]);
        AssertFound(findings, "node-down", servers[5], "connection refused", "start it again");
        AssertFound(findings, "slot-open", servers[0], "100", $"netbox cluster fix {Text(servers[0])}");
        AssertFound(findings, "slots-uncovered", null, "16000", "netbox cluster fix ");
    }

    [Fact]
    public async Task Memory_append_only_file_announced_address_host_and_client_port()
    {
        // Nodes are asked for news twice in their timeout, and given up after it, as one at a wrong address is: in time for the first, long before the second.
        await using var servers = await RedisServers.StartClusterAsync(3, 1, "--bind", "127.0.0.1 127.0.0.2", "--cluster-node-timeout", "8000");
        await servers[0].CallAsync("CONFIG", "SET", "maxmemory", "1mb");
        await servers[1].CallAsync("CONFIG", "SET", "appendonly", "yes");
        await Eventually.TrueAsync(async () => (await InfoAsync(servers[1])).Contains("aof_rewrite_in_progress:0"), Patience, "the first rewrite has ended");
        Directory.Delete(Path.Combine(servers[1].Folder, "appendonlydir"), recursive: true);
        await File.WriteAllTextAsync(Path.Combine(servers[1].Folder, "appendonlydir"), "in the way of the folder", TestContext.Current.CancellationToken);
        await using (var connection = await servers[1].ConnectAsync())
        {
            await connection.TrySendAsync(RespCommand.Of("BGREWRITEAOF"), TestContext.Current.CancellationToken);
        }

        await Eventually.TrueAsync(async () => (await InfoAsync(servers[1])).Contains("aof_last_bgrewrite_status:err"), Patience, "a rewrite has failed");

        // All of them listen at 127.0.0.2, so that this pair is on another host than the others. Known to all before one of them is out of reach and hears no news.
        RedisServer[] moved = [servers[0], servers[await ReplicaOfAsync(servers, 0)]];
        var master = moved[0];
        await Task.WhenAll(moved.Select(server => server.CallAsync("CONFIG", "SET", "cluster-announce-ip", "127.0.0.2")));
        await Eventually.TrueAsync(
            async () => (await Task.WhenAll(servers.Servers.Select(server => server.CallAsync("CLUSTER", "NODES"))))
                .All(nodes => moved.All(server => nodes.AsText().Contains($" 127.0.0.2:{server.Port}@", StringComparison.Ordinal))),
            Patience,
            "all have heard where the two are");

        // Nobody listens at 127.0.0.9.
        await servers[2].CallAsync("CONFIG", "SET", "cluster-announce-ip", "127.0.0.9");

        // Its peers keep to the old port, which nobody serves any more; on the bus it is as alive as ever.
        var hidden = servers[await ReplicaOfAsync(servers, 1)];
        var port = hidden.Port;
        await hidden.CallAsync("CONFIG", "SET", "cluster-announce-port", port);
        await hidden.CallAsync("CONFIG", "SET", "port", FreePort());
        // It takes gossip a moment to get the new addresses around.
        List<(string Code, string Where, string Cause, string Cure)> findings = [];
        await Eventually.TrueAsync(
            async () => (findings = await DiagnoseAsync([servers[1].Endpoint, servers[2].Endpoint, hidden.Endpoint]))
                .Any(f => f.Code == "shared-host" && f.Cause.Contains("127.0.0.2", StringComparison.Ordinal)) && findings.Any(f => f.Code == "announced-address-wrong"),
            Patience,
            () => $"the announced addresses have got around: {string.Join('\n', findings)}");
        AssertFound(findings, "memory-full", master, "refuses writes", "CONFIG SET maxmemory");
        AssertFound(findings, "aof-failing", servers[1], "rewrite of its append-only file failed", "free the disk");
        AssertFound(findings, "announced-address-wrong", servers[2], "127.0.0.9:", "CONFIG SET cluster-announce-ip 127.0.0.1");
        AssertFound(findings, "shared-host", null, "127.0.0.2", "CLUSTER REPLICATE");
        AssertFound(findings, "client-port-blocked", hidden, "on the bus", $"open TCP port {port}");
    }

    [Fact]
    public async Task A_bus_port_that_peers_do_not_reach()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1, "--cluster-node-timeout", "1000");
        await servers[5].CallAsync("CONFIG", "SET", "cluster-announce-bus-port", 1);
        await Eventually.TrueAsync(
            async () => (await servers[4].CallAsync("CLUSTER", "NODES")).AsText().Contains($":{servers[5].Port}@1 ", StringComparison.Ordinal), Patience, "its peers have heard of it");
        await servers[4].KillAsync();
        await servers[4].StartAsync(TestContext.Current.CancellationToken);
        List<(string Code, string Where, string Cause, string Cure)> findings = [];
        await Eventually.TrueAsync(
            async () => (findings = await DiagnoseAsync([servers[0].Endpoint])).Any(f => f.Code is "bus-unreachable" or "bus-link-down"), Patience, "the link is missed");
        AssertFound(findings, "bus-port-blocked", servers[5], "no answer there either", "open TCP port 1");

        // Refused is one way, dropped the other: the link then looks as if it stood.
        using var full = new FullListener();
        await servers[3].CallAsync("CONFIG", "SET", "cluster-announce-bus-port", full.Port);
        await Eventually.TrueAsync(
            async () => (findings = await DiagnoseAsync([servers[0].Endpoint])).Any(f => f.Code == "bus-port-blocked" && f.Where == Text(servers[3])),
            Patience,
            () => $"pings to it stay unanswered: {string.Join('\n', findings)}");
        AssertFound(findings, "bus-port-blocked", servers[3], "no answer there either", $"open TCP port {full.Port}");
    }

    [Fact]
    public async Task A_replica_without_the_password_of_its_master_and_a_node_with_another_one()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1);
        var replica = servers[await ReplicaOfAsync(servers, 0)];
        foreach (var server in servers.Servers)
        {
            await server.CallAsync("CONFIG", "SET", "masterauth", server == replica ? "" : "right");
            await server.CallAsync("CONFIG", "SET", "requirepass", server == servers[1] ? "other" : "right");
        }

        await using (var connection = await RespConnection.ConnectAsync(
            "127.0.0.1", servers[0].Port, new() { Password = "right" }, TestContext.Current.CancellationToken))
        {
            await connection.SendAsync(RespCommand.Of("CLIENT", "KILL", "TYPE", "replica"), TestContext.Current.CancellationToken);
        }


        // It tries again and again, and is receiving a copy for moments.
        List<(string Code, string Where, string Cause, string Cure)> findings = [];
        await Eventually.TrueAsync(
            async () => (findings = await DiagnoseAsync([servers[0].Endpoint], "right")).Any(f => f.Code == "replica-link-down"), Patience, "the link is down");
        AssertFound(findings, "replica-link-down", replica, "no link to its master", "masterauth");
        AssertFound(findings, "replica-password", replica, "it has none for it (masterauth)", "CONFIG SET masterauth PASSWORD");
        AssertFound(findings, "password-mismatch", servers[1], "another password than the rest", "CONFIG SET requirepass");

        var (exitCode, output, _) = await RunAsync("doctor", Text(servers[0]), "-a", "t1ger");
        Assert.Equal(3, exitCode);
        Assert.Contains("error password-mismatch", output);
        Assert.DoesNotContain("t1ger", output);
    }

    [Fact]
    public async Task Nodes_that_came_back_at_new_addresses_and_look_for_each_other_at_the_old_ones()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has more loopback addresses than one.");
        await using var servers = await RedisServers.StartClusterAsync(3, 0, "--cluster-node-timeout", "2000");
        var old = servers.Servers.Select(Text).ToList();
        await Task.WhenAll(servers.Servers.Select(server => server.KillAsync()));
        await RedisServers.MoveAsync(servers.Servers);

        List<(string Code, string Where, string Cause, string Cure)> findings = [];
        await Eventually.TrueAsync(
            async () => (findings = await DiagnoseAsync(servers.Endpoints)).Count(f => f.Code == "address-stale") == 3, Patience, "all three are missed where they are");
        foreach (var (server, before) in servers.Servers.Zip(old))
        {
            AssertFound(findings, "address-stale", server, $"remember it at {before}", $"CLUSTER MEET {server.Endpoint.Host} {server.Port} {server.Endpoint.EffectiveBusPort}");
        }

        // Only one of them named: where the others are nobody knows, but what to do about it is said.
        var lost = await DiagnoseAsync([servers[0].Endpoint]);
        Assert.Contains(lost, f => f.Code == "node-down" && f.Where == old[1] && f.Cure.Contains($"netbox doctor {Text(servers[0])} NEW_HOST:PORT", StringComparison.Ordinal));

        // The cures are commands, and they cure.
        foreach (var finding in findings.Where(f => f.Code == "address-stale"))
        {
            var words = finding.Cure.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(("redis-cli", "-h", "-p", "CLUSTER", "MEET"), (words[0], words[1], words[3], words[5], words[6]));
            var peer = servers.Servers.Single(server => server.Endpoint.Host == words[2] && words[4] == $"{server.Port}");
            await peer.CallAsync("CLUSTER", "MEET", words[7], words[8], words[9]);
        }

        await Eventually.TrueAsync(
            async () => await RunAsync("doctor", Text(servers[0])) is (0, var said, _) && said.Contains("3 of 3 nodes told everything", StringComparison.Ordinal),
            Patience,
            "the cluster is whole again");
    }

    [Fact]
    public async Task A_clock_that_is_ahead()
    {
        Assert.SkipUnless(File.Exists(FakeTime) && File.Exists(OtherAllocator), "needs apt-get install faketime libtcmalloc-minimal4");
        await using var servers = await RedisServers.StartAsync(5);
        await using var ahead = await RedisServers.StartAsync(1, new RedisServersOptions
        {
            Environment = new Dictionary<string, string> { ["LD_PRELOAD"] = $"{FakeTime} {OtherAllocator}", ["FAKETIME"] = "+90s", ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1" },
        });
        await ClusterCreation.RunAsync(
            [.. servers.Endpoints, .. ahead.Endpoints], new() { ReplicasPerShard = 1 }, null, TestContext.Current.CancellationToken);
        var findings = await DiagnoseAsync([servers[0].Endpoint]);
        AssertFound(findings, "clock-skew", ahead[0], " s ahead of the others'", "NTP");
    }

    [Fact]
    public async Task A_name_nobody_knows_and_a_node_that_hangs()
    {
        await using var servers = await RedisServers.StartAsync(1);
        await Signal.SendAsync("STOP", servers[0].ProcessId);
        var findings = await DiagnoseAsync([new NodeEndpoint("no-such-host.invalid", 6379), servers[0].Endpoint], expected: 3);
        Assert.Contains(findings, f => f.Code == "name-unknown" && f.Cure.StartsWith("netbox dns no-such-host.invalid", StringComparison.Ordinal));
        AssertFound(findings, "node-silent", servers[0], "takes connections but does not answer", "SIGSTOP");
    }

    private static async Task<int> ReplicaOfAsync(RedisServers servers, int master)
    {
        var id = (await servers[master].CallAsync("CLUSTER", "MYID")).AsText();
        for (var i = 3; i < 6; i++)
        {
            if ((await servers[i].CallAsync("CLUSTER", "NODES")).AsText().Contains($"myself,slave {id}", StringComparison.Ordinal))
            {
                return i;
            }
        }

        throw new InvalidOperationException("It has no replica.");
    }

    private static async Task<string> InfoAsync(RedisServer server) => (await server.CallAsync("INFO", "persistence")).AsText();

    private static string Text(RedisServer server) => server.Endpoint.ToClientString();

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<List<(string Code, string Where, string Cause, string Cure)>> DiagnoseAsync(
        IEnumerable<NodeEndpoint> seeds, string? password = null, int expected = 1)
    {
        string[] login = password is null ? [] : ["-a", password];
        var (exitCode, output, _) = await RunAsync(["doctor", .. seeds.Select(seed => seed.ToClientString()), "--timeout", "1", "--json", .. login]);
        var report = JsonDocument.Parse(output).RootElement;
        Assert.Equal(report.GetProperty("healthy").GetBoolean() ? 0 : expected, exitCode);
        return
        [
            .. report.GetProperty("findings").EnumerateArray().Select(f =>
                (f.GetProperty("code").GetString()!, f.GetProperty("where").GetString()!, f.GetProperty("cause").GetString()!, f.GetProperty("cure").GetString()!)),
        ];
    }

    private static void AssertFound(
        List<(string Code, string Where, string Cause, string Cure)> findings, string code, RedisServer? server, string cause, string cure)
    {
        var port = server is null ? "" : $":{server.Port}";
        Assert.True(
            findings.Any(f => f.Code == code && f.Where.Contains(port) && f.Cause.Contains(cause) && f.Cure.Contains(cure)),
            $"{code} at {port} is not among\n{string.Join('\n', findings)}");
    }
}
