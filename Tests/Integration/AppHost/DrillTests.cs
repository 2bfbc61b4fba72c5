using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
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

        var killed = await DrillAsync(host, "kill");
        Assert.Equal("the AppHost", killed.Channel);
        Assert.Equal("redis-cluster-0", killed.Target?.Name);
        Assert.True(killed.GapMs > 1000, killed.Summary);

        // All nodes at once, each with what it wrote to its file.
        await DrillAsync(host, "restart-all");
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
