using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Integration.Support;
using static Integration.NetBox.ProbeCommandTests;

namespace Integration.NetBox;

/// <summary>tls, interfaces, routes and sockets on this machine's own.</summary>
public sealed class HostCommandTests
{
    [Fact]
    public async Task Interfaces_have_the_loopback()
    {
        var (exitCode, output, error) = await RunAsync("interfaces", "--json");
        Assert.Equal((0, ""), (exitCode, error));
        var loopback = JsonDocument.Parse(output).RootElement.GetProperty("interfaces").EnumerateArray()
            .Single(nic => nic.GetProperty("addresses").EnumerateArray().Any(address => address.GetString() == "127.0.0.1/8"));
        Assert.True(loopback.GetProperty("mtu").GetInt32() > 1000);
        Assert.True(loopback.GetProperty("traffic").GetProperty("receivedBytes").GetInt64() > 0);
        Assert.Contains("127.0.0.1/8", (await RunAsync("interfaces")).Output);
    }

    [Fact]
    public async Task Routes_are_those_the_kernel_has()
    {
        var (exitCode, output, error) = await RunAsync("routes", "--json");
        Assert.Equal((0, ""), (exitCode, error));
        var up = File.ReadLines("/proc/net/route").Skip(1).Count(line => (Convert.ToInt32(line.Split('\t')[3], 16) & 1) != 0);
        Assert.Equal(up, JsonDocument.Parse(output).RootElement.GetProperty("routes").EnumerateArray().Count(route => !route.GetProperty("destination").GetString()!.Contains("::")));
    }

    [Fact]
    public async Task Sockets_show_both_ends_with_their_process()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        using var accepted = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);

        var (exitCode, output, _) = await RunAsync("sockets", "--port", $"{port}", "--json");
        Assert.Equal(0, exitCode);
        var sockets = JsonDocument.Parse(output).RootElement.GetProperty("sockets").EnumerateArray().ToList();
        Assert.Equal(["established", "established", "listening"], sockets.Select(s => s.GetProperty("state").GetString()).Order());
        Assert.All(sockets, s => Assert.Equal(Environment.ProcessId, s.GetProperty("processId").GetInt32()));

        (_, output, _) = await RunAsync("sockets", "--listening", "--port", $"{port}");
        Assert.Contains($"127.0.0.1:{port}", output);
        Assert.DoesNotContain("established", output);
    }

    [Fact]
    public async Task Tls_tells_what_is_wrong_with_a_certificate()
    {
        await using var server = new TlsServer("redis.example", DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(30));
        var (exitCode, output, error) = await RunAsync("tls", $"127.0.0.1:{server.Port}", "--json");
        Assert.Equal((1, ""), (exitCode, error));
        var report = JsonDocument.Parse(output).RootElement;
        Assert.StartsWith("Tls1", report.GetProperty("protocol").GetString());
        Assert.Equal(29, report.GetProperty("chain")[0].GetProperty("daysLeft").GetInt32());
        var problems = report.GetProperty("problems").EnumerateArray().Select(p => p.GetString()!).ToList();
        Assert.Contains("the certificate is not for '127.0.0.1' but for redis.example", problems);
        Assert.Contains(problems, p => p.StartsWith("the certificate is not trusted here: ", StringComparison.Ordinal));

        (exitCode, output, _) = await RunAsync("tls", $"127.0.0.1:{server.Port}", "--server-name", "redis.example");
        Assert.Equal(1, exitCode);
        Assert.DoesNotContain("is not for", output);
    }

    [Fact]
    public async Task Tls_with_an_authority_of_ones_own_and_a_server_that_asks_back()
    {
        await using var server = new TlsServer("redis.example", DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(30), asksForCertificate: true);
        using var folder = new TemporaryFolder();
        var file = folder.File("ca.pem");
        await File.WriteAllTextAsync(file, server.Pem, TestContext.Current.CancellationToken);
        string[] command = ["tls", $"127.0.0.1:{server.Port}", "--server-name", "redis.example", "--cacert", file];
        var (exitCode, output, error) = await RunAsync(command);
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("the server asks for a certificate of the client", output);

        (exitCode, output, _) = await RunAsync([.. command, "--min-days", "31"]);
        Assert.Equal(1, exitCode);
        Assert.Contains("in 29 days", output);

        (exitCode, _, error) = await RunAsync(["tls", $"127.0.0.1:{server.Port}", "--cacert", folder.File("no-such-file")]);
        Assert.Equal(2, exitCode);
        Assert.StartsWith("netbox: the authorities in '", error);
    }

    [Fact]
    public async Task Tls_with_an_expired_certificate()
    {
        await using var server = new TlsServer("127.0.0.1", DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(-3));
        var (exitCode, output, _) = await RunAsync("tls", $"127.0.0.1:{server.Port}");
        Assert.Equal(1, exitCode);
        Assert.Contains("expired on ", output);
    }

    [Fact]
    public async Task Tls_to_a_port_that_is_closed_or_speaks_something_else()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var answer = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            await client.GetStream().WriteAsync("-ERR unknown command\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        });
        var (exitCode, output, error) = await RunAsync("tls", $"127.0.0.1:{port}");
        await answer;
        Assert.Equal((3, ""), (exitCode, output));
        Assert.StartsWith($"netbox: no TLS with 127.0.0.1:{port}: ", error);
        Assert.Single(error.TrimEnd().Split('\n'));

        listener.Stop();
        (exitCode, _, error) = await RunAsync("tls", $"127.0.0.1:{port}");
        Assert.Equal((3, $"netbox: no TLS with 127.0.0.1:{port}: connection refused (nothing listens on that port)\n"), (exitCode, error));
    }
}
