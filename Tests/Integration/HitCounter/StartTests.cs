using System.Net;
using System.Net.Sockets;
using RedisCluster.Topology;

namespace Integration.HitCounter;

/// <summary>Starts that cannot succeed end with one line and an exit code; one that only lacks the store goes on.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task Without_a_connection_string_it_says_so_and_exits_2()
    {
        var (exitCode, output) = await HitCounterProcess.RunAsync();

        Assert.Equal(2, exitCode);
        Assert.StartsWith("hit-counter: ConnectionStrings:redis-cluster is not set", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', output);
    }

    [Fact]
    public async Task With_a_setting_it_cannot_use_it_says_which_and_exits_2()
    {
        var (exitCode, output) = await HitCounterProcess.RunAsync("--ConnectionStrings:redis-cluster=a:1", "--HitCounter:QueueLimit=0");

        Assert.Equal(2, exitCode);
        Assert.Contains("HitCounter:QueueLimit", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', output);
    }

    [Fact]
    public async Task With_its_port_taken_it_says_so_in_one_line_and_exits_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var (exitCode, output) = await HitCounterProcess.RunAsync("--ConnectionStrings:redis-cluster=127.0.0.1:1", $"--urls=http://127.0.0.1:{port}");

        Assert.Equal(1, exitCode);
        Assert.Contains(port.ToString(System.Globalization.CultureInfo.InvariantCulture), output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_store_it_is_alive_and_not_ready()
    {
        await using var app = await HitCounterProcess.StartAsync([new NodeEndpoint("127.0.0.1", 1, null)], "--HitCounter:FailoverWait=00:00:02");

        using var ready = await app.Client.GetAsync("/health");
        using var live = await app.Client.GetAsync("/alive");
        using var hit = await app.Client.GetAsync("/");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, hit.StatusCode);
        Assert.Equal(0, await app.TerminateAsync());
    }
}
