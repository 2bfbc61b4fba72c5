using System.Net;
using Integration.Reconciling;
using Integration.Support;
using RedisCluster.Topology;

namespace Integration.Worker;

public sealed class WatchTests
{
    private const int Keys = 500;

    private static readonly string[] Durable = ["--appendonly", "yes", "--appendfsync", "always"];

    [Fact]
    public async Task Watch_forms_heals_tells_and_ends_with_0_when_told_to_stop()
    {
        await using var servers = await RedisServers.StartAsync(6, Durable);
        using var collector = Collector.Start();
        using var watch = WatchProcess.Start(servers, 1, collector.Variables);
        await watch.UntilAsync("/health", "Healthy");
        await watch.UntilAsync("/", "\"slotsCovered\": 16384");
        Assert.Equal(HttpStatusCode.OK, (await watch.GetAsync("/alive")).Status);
        await KeySet.WriteAsync(servers.Servers, Keys);

        await Task.WhenAll(servers.Servers.Select(server => server.KillAsync()));
        await watch.UntilAsync("/health", "Unhealthy");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await watch.GetAsync("/health")).Status);
        await RedisServers.MoveAsync(servers.Servers);
        watch.Follow(servers);
        await watch.UntilAsync("/health", "Healthy");
        Assert.Equal(Keys, await KeySet.CountAsync(servers.Servers, Keys));

        watch.Process.Terminate();
        var (exitCode, output, error) = await watch.Process.EndAsync();
        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("   at ", output + error);
        Assert.Contains("meet-again begins: 6 of 6 nodes are not where the others remember them", output);
        Assert.Contains("form done in", output);
        var (metrics, traces) = (collector.Received("metrics"), collector.Received("traces"));
        string[] meters = ["cluster.repairs", "cluster.plan.phase.duration", "cluster.slots.covered", "cluster.nodes", "cluster.replica.lag", "cluster.lease.held"];
        Assert.All(meters, name => Assert.Contains(name, metrics, StringComparison.Ordinal));
        Assert.Contains("plan form", traces);
        Assert.Contains("plan meet-again", traces);
        Assert.Contains("6 of 6 nodes are not where the others remember them", traces);
        Assert.Contains("meet-again begins", collector.Received("logs"));
    }

    /// <summary>Frozen as on a machine that is suspended: it is thawed in the middle of a plan that the other one has brought to its end meanwhile.</summary>
    [Fact]
    public async Task Of_two_only_one_acts_and_the_other_takes_over_when_it_is_frozen_or_killed()
    {
        await using var servers = await RedisServers.StartAsync(8, Durable);
        using var first = WatchProcess.Start([.. servers.Endpoints.Take(6)]);
        await first.UntilAsync("/", "\"lease\": \"Mine\"");
        using var second = WatchProcess.Start([.. servers.Endpoints.Take(6)]);
        await first.UntilAsync("/health", "Healthy");
        await KeySet.WriteAsync([.. servers.Servers.Take(6)], Keys);
        await second.UntilAsync("/", "\"lease\": \"Others\"");

        first.Follow(servers);
        await first.Process.WaitForOutputAsync(text => text.Contains("grow begins", StringComparison.Ordinal));
        await Signal.SendAsync("STOP", first.Process.Id);
        second.Follow(servers);
        await second.UntilAsync("/", text => text.Contains("\"lease\": \"Mine\"", StringComparison.Ordinal) && text.Contains("4 masters and 4 replicas, as it shall be", StringComparison.Ordinal));
        var before = await SlotsAsync(servers);
        await Signal.SendAsync("CONT", first.Process.Id);
        await first.UntilAsync("/", text => text.Contains("\"lease\": \"Others\"", StringComparison.Ordinal) && text.Contains("\"underWay\": null", StringComparison.Ordinal));
        if (!first.Process.Output.Contains("grow done in", StringComparison.Ordinal))
        {
            await first.Process.WaitForErrorAsync(text => text.Contains("grow not done after", StringComparison.Ordinal));
        }

        Assert.Equal(before, await SlotsAsync(servers));

        await first.Process.KillAsync();
        await Task.WhenAll(servers.Servers.Select(server => server.KillAsync()));
        await RedisServers.MoveAsync(servers.Servers);
        second.Follow(servers);
        await second.UntilAsync("/", "\"kind\": \"MeetAgain\"");
        await second.UntilAsync("/health", "Healthy");
        Assert.DoesNotContain("form begins", second.Process.Output);
        Assert.Equal(Keys, await KeySet.CountAsync(servers.Servers, Keys));
    }

    [Fact]
    public async Task A_file_that_makes_no_sense_is_told_and_the_nodes_known_before_are_watched_on()
    {
        await using var servers = await RedisServers.StartAsync(3);
        using var watch = WatchProcess.Start(servers, replicas: 0);
        await watch.UntilAsync("/health", "Healthy");
        await watch.WriteAsync("not a node");
        await watch.Process.WaitForErrorAsync(text => text.Contains("a look failed: 'not a node' in ", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await watch.GetAsync("/health")).Status);
    }

    private static async Task<string> SlotsAsync(RedisServers servers)
    {
        var views = servers.Servers.Select(async server => ClusterView.Parse((await server.CallAsync("CLUSTER", "NODES")).AsText()).SlotMapSignature);
        return string.Join('\n', await Task.WhenAll(views));
    }
}
