using System.Net;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Integration.NetBox.Page;
using Integration.Worker;
using NetBox.Tools.Drills;

namespace Integration.AppHosting;

/// <summary>netbox in a shell beside a running AppHost: faults by its resources' commands.</summary>
public sealed class DrillTests
{
    [Fact]
    public async Task A_drill_against_the_running_AppHost_tells_equal_counts()
    {
        await using var host = await RunningAppHost.StartAsync(
            builder => builder.CreateResourceBuilder(builder.Resources.OfType<RedisClusterResource>().Single()).WithNodeTimeout(TimeSpan.FromSeconds(1)));

        await AssertKeepsStrangersOutAsync(host);
        var killed = await DrillAsync(host, "kill");
        Assert.Equal("the AppHost", killed.Channel);
        Assert.Equal("redis-cluster-0", killed.Target?.Name);
        Assert.True(killed.GapMs > 1000, killed.Summary);

        // All nodes at once, each with what it wrote to its file.
        await DrillAsync(host, "restart-all");
        await KillByButtonAsync(host);
        await AssertFrozenNodeCanBeKilledAsync(host);
    }

    private static async Task AssertKeepsStrangersOutAsync(RunningAppHost host)
    {
        var state = await host.App.ResourceNotifications.WaitForResourceAsync("netbox", change => change.Snapshot.EnvironmentVariables.Length > 0, TestContext.Current.CancellationToken);
        var url = state.Snapshot.EnvironmentVariables.Single(variable => variable.Name == "REDISCLUSTER_CONTROL_URL").Value!;
        Assert.True(new Uri(url).IsLoopback);
        using var stranger = new HttpClient { BaseAddress = new Uri(url) };
        using var read = await stranger.GetAsync(new Uri("/nodes", UriKind.Relative), TestContext.Current.CancellationToken);
        using var kill = await stranger.PostAsync(new Uri("/nodes/redis-cluster-0/kill", UriKind.Relative), content: null, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (read.StatusCode, kill.StatusCode));
    }

    private static async Task KillByButtonAsync(RunningAppHost host)
    {
        if (Chromium.Program is null)
        {
            return;
        }

        await using var browser = await Chromium.LaunchAsync();
        await using var page = await browser.OpenAsync(host.App.GetEndpoint("netbox", "http"));
        await page.SaysAsync("#state", "healthy");
        await page.Find("[data-drill=kill]").ClickAsync();
        await page.SaysAsync("#confirm[open]", "By means of the AppHost");
        await page.Find("#confirm-yes").ClickAsync();
        await page.ShowsAsync("[data-drill-state=done]");
        await page.ShowsAsync("[data-report=survived]");
        var figures = await page.Find("#drill-run dd").AllTextContentsAsync();
        Assert.Equal((figures[2], "0"), (figures[3], figures[4]));
        page.AssertClean();
    }

    private static async Task AssertFrozenNodeCanBeKilledAsync(RunningAppHost host)
    {
        var node = host.Nodes[^1];
        foreach (var command in (string[])["freeze", "kill"])
        {
            var result = await host.App.ResourceCommands.ExecuteCommandAsync(node, command, TestContext.Current.CancellationToken);
            Assert.True(result.Success, $"{command}: {result.Message}");
        }
    }

    private static async Task<DrillReport> DrillAsync(RunningAppHost host, string kind)
    {
        var connection = await host.App.GetConnectionStringAsync(RunningAppHost.Cluster, TestContext.Current.CancellationToken);
        var (exitCode, output, error) = await ToolProcess.RunAsync("netbox", ["drill", kind, "--yes", "--json"], ($"ConnectionStrings__{RunningAppHost.Cluster}", connection!));
        Assert.True(exitCode == 0, $"{exitCode}: {output}{error}");
        var report = JsonSerializer.Deserialize(output, DrillJson.Readable.DrillReport)!;
        Assert.True(report.Acknowledged > 0);
        Assert.Equal((report.Acknowledged, 0L), (report.Stored, report.Lost));
        Assert.NotNull(report.Restored.PlacementMs);
        return report;
    }
}
