using System.Globalization;
using System.Text.RegularExpressions;
using Integration.HitCounter;
using Integration.Support;
using RedisCluster.Hosting.Local;

namespace Integration.AppHosting;

/// <summary>The AppHost as people start it.</summary>
public sealed partial class ProcessTests
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task It_tells_what_is_up_and_where_and_ends_cleanly_when_told_to()
    {
        await using var host = AppHostProcess.Start(Arguments());
        var ports = await ReadyAsync(host);

        Assert.Equal(8, ports.Count);
        Assert.Matches(@"  cluster-init +done\n", host.Output);
        Assert.Matches(@"  redis-cluster +healthy\n", host.Output);
        Assert.Single(Regex.Matches(host.Output, @"^  redis-cluster-0 ", RegexOptions.Multiline));
        using (var client = new HttpClient())
        {
            var url = Regex.Match(host.Output[host.Output.IndexOf("Ready in", StringComparison.Ordinal)..], @"  hit-counter +(http://\S+)").Groups[1].Value;
            Assert.Equal("I have been hit 1 times since deployment.", await client.GetStringAsync(new Uri(url), TestContext.Current.CancellationToken));
        }

        await host.TerminateAsync();

        Assert.Equal(0, await host.ExitAsync(StopPatience));
        Assert.Equal("", host.Errors);
        Assert.DoesNotContain(ports, port => !LocalPorts.IsFree(port));
    }

    [Fact]
    public async Task Killed_it_leaves_nothing_running()
    {
        await using var host = AppHostProcess.Start(Arguments());
        var ports = await ReadyAsync(host);

        host.Kill();
        await host.ExitAsync(StopPatience);

        await Eventually.TrueAsync(() => Task.FromResult(ports.All(port => LocalPorts.IsFree(port))), StopPatience, $"all of {string.Join(", ", ports)} free");
    }

    private static string[] Arguments() => ["--RedisCluster:Nodes=Processes", "--ASPNETCORE_URLS=http://127.0.0.1:0"];

    /// <summary>Waits until it says it is ready; the ports it told on the way, of six nodes and two services.</summary>
    private static async Task<IReadOnlyList<int>> ReadyAsync(AppHostProcess host)
    {
        await Eventually.TrueAsync(
            () =>
            {
                Assert.Equal("", host.Errors);
                return Task.FromResult(Ready().IsMatch(host.Output));
            },
            StartPatience,
            "ready");
        return [.. Address().Matches(host.Output).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).Distinct()];
    }

    // netbox is the last line of all.
    [GeneratedRegex(@"^Ready in .*\n(.*\n)*  netbox +http://.*\n", RegexOptions.Multiline)]
    private static partial Regex Ready();

    [GeneratedRegex(@"[a-z]+://[a-z0-9.]+:(\d+)")]
    private static partial Regex Address();
}
