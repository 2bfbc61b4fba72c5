using System.Net;
using Integration.Reconciling;
using Integration.Support;

namespace Integration.Worker;

public sealed class WatchTests
{
    private const int Keys = 500;

    private static readonly string[] Durable = ["--appendonly", "yes", "--appendfsync", "always"];

    [Fact]
    public async Task Watch_forms_heals_tells_and_ends_with_0_when_told_to_stop()
    {
        await using var servers = await RedisServers.StartAsync(6, Durable);
        using var watch = WatchProcess.Start(servers);
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
    }

    [Fact]
    public async Task Of_two_only_one_acts_and_the_other_takes_over_when_it_is_killed()
    {
        await using var servers = await RedisServers.StartAsync(6, Durable);
        using var first = WatchProcess.Start(servers);
        await first.UntilAsync("/", "\"lease\": \"Mine\"");
        using var second = WatchProcess.Start(servers);
        await second.UntilAsync("/", "\"lease\": \"Others\"");
        await second.UntilAsync("/health", "Healthy");

        await first.Process.KillAsync();
        await second.UntilAsync("/", "\"lease\": \"Mine\"");
        await Task.WhenAll(servers.Servers.Select(server => server.KillAsync()));
        await RedisServers.MoveAsync(servers.Servers);
        second.Follow(servers);
        await second.UntilAsync("/", "\"kind\": \"MeetAgain\"");
        await second.UntilAsync("/health", "Healthy");
        Assert.DoesNotContain("form begins", second.Process.Output);
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
}
