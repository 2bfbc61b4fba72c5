using System.Globalization;
using System.Text.Json;
using Integration.Support;
using static Integration.NetBox.ProbeCommandTests;

namespace Integration.NetBox;

/// <summary>netbox path between real nodes, netbox trace through a real router.</summary>
public class PathAndTraceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Path_between_two_nodes_and_through_what_breaks_it()
    {
        await using var servers = await RedisServers.StartAsync(3, "--cluster-node-timeout", "3000");
        var (a, b, stranger) = (Text(servers[0]), Text(servers[1]), Text(servers[2]));
        await servers[0].CallAsync("CLUSTER", "MEET", "127.0.0.1", servers[1].Port, servers[1].Endpoint.EffectiveBusPort);
        await Eventually.TrueAsync(async () => (await RunAsync("path", a, b)).ExitCode == 0, Patience, "both links stand");
        var (exitCode, output, error) = await RunAsync("path", a, b, "--json");
        Assert.Equal((0, ""), (exitCode, error));
        var report = JsonDocument.Parse(output).RootElement;
        Assert.Equal(["lo", "lo"], report.GetProperty("legs").EnumerateArray().Select(leg => leg.GetProperty("interface").GetString()));
        Assert.All(report.GetProperty("legs").EnumerateArray(), leg =>
        {
            Assert.Equal(("127.0.0.1", "connected"), (leg.GetProperty("local").GetString(), leg.GetProperty("outcome").GetString()));
            Assert.True(leg.GetProperty("interfaceMtu").GetInt32() > 1000);
            Assert.True(leg.GetProperty("roundTripMs").GetDouble() > 0);
            Assert.True(leg.GetProperty("segmentBytes").GetInt32() > 500);
        });
        Assert.Equal([(a, b), (b, a)], report.GetProperty("links").EnumerateArray().Select(link => (link.GetProperty("from").GetString()!, link.GetProperty("to").GetString()!)));
        Assert.All(report.GetProperty("links").EnumerateArray(), link =>
        {
            Assert.True(link.GetProperty("connected").GetBoolean());
            Assert.True(link.GetProperty("outgoingAgeMs").GetDouble() >= 0);
        });

        (exitCode, output, _) = await RunAsync("path", a, stranger);
        Assert.Equal(1, exitCode);
        Assert.Contains($"error {a}: it does not know {stranger}: they are not of one cluster", output);

        // Its peers look for it at a port where nobody listens, from the next link on.
        await servers[1].CallAsync("CONFIG", "SET", "cluster-announce-bus-port", 1);
        await Eventually.TrueAsync(
            async () => (output = (await RunAsync("path", a, b)).Output).Contains("where nothing listens on the bus port", StringComparison.Ordinal), Patience, "the link is broken");
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"cure: is cluster-port of {b} 1"), output);

        await servers[1].KillAsync();
        (exitCode, output, _) = await RunAsync("path", a, b);
        Assert.Equal(1, exitCode);
        Assert.Contains($"error {b}: cannot connect from 127.0.0.1: connection refused", output);
        Assert.Equal(0, (await RunAsync("path", a)).ExitCode);
    }

    [Fact]
    public async Task Path_to_what_is_no_node()
    {
        await using var server = new EchoServer { Answer = "no Redis" };
        await using var other = new EchoServer { Answer = "no Redis" };
        var (exitCode, output, _) = await RunAsync("path", $"127.0.0.1:{server.Port}", $"127.0.0.1:{other.Port}", "--timeout", "1");
        Assert.Equal(0, exitCode);
        Assert.Contains("tells nothing of a cluster bus", output);
    }

    [Fact]
    public async Task Trace_on_this_machine()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux only");
        await using var server = new EchoServer();
        var (exitCode, output, error) = await RunAsync("trace", $"localhost:{server.Port}", "--json");
        Assert.Equal((0, ""), (exitCode, error));
        var report = JsonDocument.Parse(output).RootElement;
        Assert.Equal((true, "connected", 1), (report.GetProperty("reached").GetBoolean(), report.GetProperty("outcome").GetString(), report.GetProperty("hops").GetArrayLength()));

        (exitCode, output, _) = await RunAsync("trace", "127.0.0.1");
        Assert.Equal(0, exitCode);
        Assert.EndsWith("127.0.0.1 is reached, directly\n", output);
    }

    [Fact]
    public async Task Trace_through_a_router()
    {
        await using var network = await RoutedNetwork.CreateAsync();

        // One packet a hop: Linux answers only some three at once, and one a second from then on.
        foreach (var target in (string[])["10.77.2.2:80", "10.77.2.2"])
        {
            var (exitCode, output, error) = await network.NetBoxAsync("trace", target, "--queries", "1", "--timeout", "5", "--json");
            Assert.Equal((0, ""), (exitCode, error));
            var report = JsonDocument.Parse(output).RootElement;
            Assert.Equal("refused", report.GetProperty("outcome").GetString());
            Assert.Equal(
                ["10.77.1.2", "10.77.2.2"],
                report.GetProperty("hops").EnumerateArray().Select(hop => hop.GetProperty("addresses").EnumerateArray().Single().GetString()));
        }

        var (forbidden, text, _) = await network.NetBoxAsync("trace", "10.77.3.1:80", "--queries", "1", "--max-hops", "2", "--timeout", "5");
        Assert.Equal(1, forbidden);
        Assert.Contains("a firewall at 10.77.1.2 forbids it", text);

        (forbidden, _, text) = await network.NetBoxAsync("trace", "192.0.2.1:80");
        Assert.Equal(3, forbidden);
        Assert.StartsWith("netbox: no packet leaves this machine for 192.0.2.1: the network is unreachable", text);

        (forbidden, text, _) = await network.NetBoxAsync("path", "10.77.2.2:80", "--timeout", "5");
        Assert.Equal(3, forbidden);
        Assert.Contains("from 10.77.1.1 through e0 to the router 10.77.1.2 (route 10.77.0.0/16)", text);
    }

    private static string Text(RedisServer server) => server.Endpoint.ToClientString();
}
