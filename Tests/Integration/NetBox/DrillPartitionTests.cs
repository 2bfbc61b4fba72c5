using System.Diagnostics;
using System.Text.Json;
using Integration.Support;
using NetBox.Tools.Drills;
using RedisCluster.Operations;
using static Integration.NetBox.ProbeCommandTests;

namespace Integration.NetBox;

/// <summary>A network that is really parted, by the packet filter.</summary>
public sealed class DrillPartitionTests
{
    [Fact]
    public async Task A_master_cut_off_from_the_others_is_replaced_and_let_back_in()
    {
        Assert.SkipUnless(HasPacketFilter(), "The packet filter takes root and iptables.");
        await using var servers = await RedisServers.StartAsync(6, "--cluster-node-timeout", "700");
        await Task.WhenAll(servers.Servers.Select(server => server.KillAsync()));
        await RedisServers.MoveAsync(servers.Servers);
        await ClusterCreation.RunAsync(servers.Endpoints, new() { ReplicasPerShard = 1 }, cancellationToken: TestContext.Current.CancellationToken);

        // What a master that is cut off alone has is lost, and no lie: a write confirmed by a replica is not.
        var (exitCode, output, error) = await RunAsync("drill", "partition", servers[0].Endpoint.ToClientString(), "--yes", "--json", "--replicas", "1");
        Assert.Equal((0, ""), (exitCode, error));
        var report = JsonSerializer.Deserialize(output, DrillJson.Readable.DrillReport)!;
        Assert.Equal((DrillVerdict.Survived, report.Acknowledged, 0L), (report.Verdict, report.Stored, report.Lost));
        Assert.Equal("the packet filter of this machine", report.Channel);
        Assert.Empty(report.Restored.Notes);
        Assert.NotNull(report.Restored.PlacementMs);
        Assert.DoesNotContain(servers[0].Endpoint.Host, Rules());
    }

    private static bool HasPacketFilter() => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/usr/sbin/iptables") && Rules().Length > 0;

    private static string Rules()
    {
        using var iptables = Process.Start(new ProcessStartInfo("iptables", ["-w", "-S", "OUTPUT"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var rules = iptables.StandardOutput.ReadToEnd();
        iptables.WaitForExit();
        return rules;
    }
}
