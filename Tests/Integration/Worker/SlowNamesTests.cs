using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Integration.Support;

namespace Integration.Worker;

public sealed class SlowNamesTests
{
    /// <summary>A process's own view of resolv.conf takes root and a mount namespace.</summary>
    [Fact]
    public async Task A_name_server_that_does_not_answer_does_not_hold_up_the_looks()
    {
        using var silent = new UdpClient();
        var address = string.Create(CultureInfo.InvariantCulture, $"127.{Random.Shared.Next(1, 250)}.{Random.Shared.Next(1, 250)}.53");
        using var folder = new TemporaryFolder();
        var resolver = folder.File("resolv.conf");
        await File.WriteAllTextAsync(resolver, $"nameserver {address}\noptions timeout:20 attempts:1\n", TestContext.Current.CancellationToken);
        try
        {
            silent.Client.Bind(new IPEndPoint(IPAddress.Parse(address), 53));
            using var mount = Process.Start("unshare", ["-m", "mount", "--bind", resolver, "/etc/resolv.conf"]);
            await mount.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.SkipUnless(mount.ExitCode == 0, "needs root and mount namespaces");
        }
        catch (Exception error) when (error is SocketException or Win32Exception)
        {
            Assert.Skip($"needs root: {error.Message}");
        }

        await using var servers = await RedisServers.StartClusterAsync(3, 1);
        using var watch = WatchProcess.StartBehind(
            ["unshare", "-m", "sh", "-c", $"mount --bind {resolver} /etc/resolv.conf && exec \"$@\"", "sh"], servers.Endpoints);
        await watch.UntilAsync("/health", "Healthy");
        watch.Follow([.. servers.Endpoints.Select((node, i) => i is 0 or 5 ? node with { Host = $"node-{i}.example" } : node)]);

        // A name takes 20 s here, and a look may give it 1 s.
        var looks = new HashSet<string>();
        await watch.UntilAsync("/", text =>
        {
            var report = JsonElement.Parse(text);
            return report.GetProperty("diagnosis").GetString()!.Contains("its peers reach redis-cluster-0 at ", StringComparison.Ordinal)
                && looks.Add(report.GetProperty("lookedAt").GetString()!) && looks.Count > 2;
        });
        await watch.UntilAsync("/", "\"lease\": \"Mine\"");
    }
}
