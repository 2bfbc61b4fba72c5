using System.Text.Json;
using Integration.HitCounter;
using Integration.Support;
using Integration.Worker;
using NetBox.Tools.Cluster;
using NetBox.Tools.Topology;
using static Integration.NetBox.ProbeCommandTests;

namespace Integration.NetBox;

/// <summary>netbox topology and watch on servers that hang, disagree, die and take over.</summary>
public sealed class TopologyCommandTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Roles_lag_of_a_replica_that_hangs_and_a_node_that_sees_it_otherwise()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1);
        var seed = servers[0].Endpoint.ToClientString();
        var (exitCode, output, error) = await RunAsync("topology", seed, "--json");
        Assert.Equal((0, ""), (exitCode, error));
        var picture = JsonDocument.Parse(output).RootElement;
        Assert.Equal(("ok", 16384, 6), (picture.GetProperty("state").GetString(), picture.GetProperty("slotsCovered").GetInt32(), picture.GetProperty("nodesAnswered").GetInt32()));
        var shards = picture.GetProperty("shards").EnumerateArray().ToList();
        Assert.Equal(
            servers.Endpoints.Take(3).Select(endpoint => endpoint.ToClientString()),
            shards.Select(shard => shard.GetProperty("master").GetProperty("address").GetString()));
        Assert.All(shards.SelectMany(shard => shard.GetProperty("replicas").EnumerateArray().Append(shard.GetProperty("master"))), node =>
        {
            Assert.True(node.GetProperty("load").GetProperty("usedMemory").GetInt64() > 0);
            Assert.True(node.GetProperty("pingMs").GetDouble() > 0);
        });
        var replica = shards[0].GetProperty("replicas").EnumerateArray().Single();
        Assert.Equal("up", replica.GetProperty("replication").GetProperty("link").GetString());

        // What its master writes from now on it does not get.
        var frozen = servers.Servers.Single(server => server.Endpoint.ToClientString() == replica.GetProperty("address").GetString());
        await Signal.SendAsync("STOP", frozen.ProcessId);
        await servers[0].CallAsync("SET", "{a0}", new string('x', 5000));

        // A node forgotten by one of them only.
        await servers[2].CallAsync("CLUSTER", "FORGET", (await servers.Servers.First(server => server != frozen && server != servers[0] && server != servers[2]).CallAsync("CLUSTER", "MYID")).AsText());
        (exitCode, output, _) = await RunAsync("topology", seed, "--timeout", "2s", "--json");
        Assert.Equal(1, exitCode);
        picture = JsonDocument.Parse(output).RootElement;
        replica = picture.GetProperty("shards")[0].GetProperty("replicas")[0];
        Assert.Equal("unreachable", replica.GetProperty("state").GetString());
        Assert.True(replica.GetProperty("replication").GetProperty("lagBytes").GetInt64() > 5000, output);
        var difference = picture.GetProperty("differences").EnumerateArray().First(difference => difference.GetProperty("what").GetString() == "member");
        Assert.Equal(servers[1].Endpoint.ToClientString(), difference.GetProperty("about").GetString());
        Assert.Equal(
            ["known", "not known"],
            difference.GetProperty("opinions").EnumerateArray().Select(opinion => opinion.GetProperty("says").GetString()));

        (exitCode, output, _) = await RunAsync("topology", seed, "--timeout", "2s");
        Assert.Equal(1, exitCode);
        Assert.Contains("5 of 6 nodes answer", output);
        Assert.Contains($"seen differently {servers[1].Endpoint.ToClientString()}, member: known to ", output);
    }

    [Fact]
    public async Task A_watch_tells_a_failover_goes_on_without_its_seed_and_ends_cleanly()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 1, "--cluster-node-timeout", "1000");
        var seed = servers[0].Endpoint.ToClientString();
        using var watch = ToolProcess.Start("netbox", ["watch", seed, "--interval", "200ms", "--json"]);
        await watch.WaitForOutputAsync(output => output.Contains('\n'));
        await servers[0].KillAsync();
        await watch.WaitForOutputAsync(output => output.Contains("\"kind\":\"master-changed\"", StringComparison.Ordinal));
        await servers[0].StartAsync(TestContext.Current.CancellationToken);
        await watch.WaitForOutputAsync(output => output.Contains("\"kind\":\"demoted\"", StringComparison.Ordinal));
        await Signal.SendAsync("INT", watch.Id);
        var (exitCode, output, error) = await watch.EndAsync();
        Assert.Equal((0, ""), (exitCode, error));
        var looks = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();

        // The seed was the one that died: the others are found where they were.
        Assert.All(looks, look => Assert.NotEqual("unreachable", look.GetProperty("picture").GetProperty("state").GetString()));
        var changes = looks
            .SelectMany(look => look.GetProperty("changes").EnumerateArray())
            .Select(change => (Kind: change.GetProperty("kind").GetString(), Text: change.GetProperty("text").GetString()!))
            .ToList();
        Assert.Contains(changes, change => change.Kind == "node-lost" && change.Text.StartsWith(seed, StringComparison.Ordinal));
        Assert.Contains(changes, change => change.Kind == "master-changed" && change.Text.EndsWith($" took over from {seed}: slots 0-5460", StringComparison.Ordinal));
        Assert.Contains(changes, change => change.Kind == "demoted" && change.Text.StartsWith(seed, StringComparison.Ordinal));

        // Its link to the new master comes up later than its new role, and until then a watch ends with 1.
        await Eventually.TrueAsync(
            async () =>
            {
                (exitCode, output, _) = await RunAsync("watch", seed, "--count", "2", "--interval", "100ms");
                Assert.Equal(2, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
                return exitCode == 0;
            },
            Patience,
            "the watch ends with 0");
    }

    [Fact]
    public async Task All_nodes_down_is_a_picture_too_once_there_was_one()
    {
        await using var servers = await RedisServers.StartClusterAsync(3, 0);
        await using var sampler = new ClusterSampler(
            new ClusterTarget(servers.Endpoints, new() { ConnectTimeout = TimeSpan.FromSeconds(2), CommandTimeout = TimeSpan.FromSeconds(2) }), TimeProvider.System);
        var before = await sampler.TakeAsync(TestContext.Current.CancellationToken);
        foreach (var server in servers.Servers)
        {
            await server.KillAsync();
        }

        var away = await sampler.TakeAsync(TestContext.Current.CancellationToken);
        Assert.Equal("unreachable", away.State);
        Assert.Equal(
            ["node-lost", "node-lost", "node-lost", "state"],
            TopologyChanges.Between(before, away).Select(change => change.Kind));
        foreach (var server in servers.Servers)
        {
            await server.StartAsync(TestContext.Current.CancellationToken);
        }

        await Eventually.TrueAsync(async () => (await sampler.TakeAsync(TestContext.Current.CancellationToken)).IsWell(), Patience, "all is well again");
    }

    [Fact]
    public async Task Without_an_answer_or_the_password_it_is_one_line()
    {
        await using var servers = await RedisServers.StartAsync(1, "--requirepass", "right");
        var node = servers[0].Endpoint.ToClientString();
        foreach (var command in (string[])["topology", "watch"])
        {
            var (exitCode, output, error) = await RunAsync(command, node, "-a", "t1ger");
            Assert.Equal((3, ""), (exitCode, output));
            Assert.StartsWith($"netbox: {node}: ", error);
            Assert.Contains("password", error);
            Assert.DoesNotContain("t1ger", error);
            Assert.Single(error.TrimEnd().Split('\n'));
            Assert.Equal(3, (await RunAsync(command, "127.0.0.1:1")).ExitCode);
        }
    }
}
