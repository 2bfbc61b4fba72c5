using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Integration.HitCounter;
using Integration.Support;

namespace Integration.Images;

/// <summary>
/// The images as eng/images.sh builds them, in a container engine: each runs under its own user with nothing writable, and answers.
/// Skipped unless TEST_IMAGES is set: it takes root, Debian's engine and registry, and minutes.
/// </summary>
public sealed class ImageTests(LocalEngine engine) : IClassFixture<LocalEngine>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("cluster-init", "dotnet /app/ClusterInit.Worker.dll", 0)]
    [InlineData("hit-counter", "dotnet /app/HitCounter.Api.dll", 0)]
    [InlineData("netbox", "dotnet /app/netbox.dll", 1)]
    public async Task An_image_says_what_runs_and_that_it_is_not_root(string name, string entryPoint, int arguments)
    {
        engine.SkipWhereMissing();
        await engine.DockerAsync("pull", "-q", engine.Image(name));
        var config = JsonNode.Parse(await engine.DockerAsync("inspect", "-f", "{{json .Config}}", engine.Image(name)))!;

        // A number: Kubernetes cannot tell of a name that it is not root's.
        Assert.Equal("1654", config["User"]!.GetValue<string>());
        Assert.Equal(entryPoint, string.Join(' ', config["Entrypoint"]!.AsArray()));
        Assert.Equal(arguments, config["Cmd"]?.AsArray().Count ?? 0);
        Assert.Contains("8080/tcp", config["ExposedPorts"]!.AsObject().Select(port => port.Key));
    }

    [Theory]
    [InlineData("cluster-init")]
    [InlineData("hit-counter")]
    public async Task There_is_no_shell_where_none_is_needed(string name)
    {
        engine.SkipWhereMissing();
        var (exitCode, _, error) = await engine.TryRunAsync("docker", "run", "--rm", "--network", "host", "--entrypoint", "sh", engine.Image(name), "-c", "true");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("executable file not found", error);
    }

    [Fact]
    public async Task The_initialiser_forms_a_cluster_and_says_how_to_be_used()
    {
        engine.SkipWhereMissing();
        Assert.Contains("Usage: ClusterInit.Worker", await engine.RunImageAsync("cluster-init", null, "--help"));
        await using var servers = await RedisServers.StartAsync(3);
        var output = await engine.RunImageAsync("cluster-init", null, $"--Cluster:Nodes={string.Join(',', servers.Endpoints)}");
        Assert.Contains("[OK] All 16384 slots covered.", output);
    }

    [Fact]
    public async Task The_initialiser_watches_and_ends_when_it_is_told_to()
    {
        engine.SkipWhereMissing();
        await using var servers = await RedisServers.StartAsync(6);
        var port = FreePort();
        await using var container = await engine.StartImageAsync(
            "cluster-init",
            ["Cluster__Mode=Watch", $"Cluster__Nodes={string.Join(',', servers.Endpoints)}", "Cluster__ReplicasPerShard=1", $"ASPNETCORE_HTTP_PORTS={port}"]);
        await AnswersAsync(container, port, "/alive");
        await AnswersAsync(container, port, "/health");
        Assert.Contains("\"slotsCovered\": 16384", await AnswersAsync(container, port, "/"));
        Assert.Equal(0, await container.StopAsync());
        Assert.Contains("form done in", await container.LogAsync());
    }

    [Fact]
    public async Task The_hit_counter_counts()
    {
        engine.SkipWhereMissing();
        await using var servers = await RedisServers.StartClusterAsync(3, 1);
        var port = FreePort();
        await using var container = await engine.StartImageAsync(
            "hit-counter",
            [$"HTTP_PORTS={port}", $"ASPNETCORE_HTTP_PORTS={port}", $"ConnectionStrings__redis-cluster={HitCounterProcess.ConnectionString(servers.Endpoints)}"]);
        await AnswersAsync(container, port, "/alive");
        await AnswersAsync(container, port, "/health");
        Assert.Equal("I have been hit 1 times since deployment.", await AnswersAsync(container, port, "/"));
        Assert.Equal("I have been hit 2 times since deployment.", await AnswersAsync(container, port, "/"));
        Assert.Equal(0, await container.StopAsync());
    }

    [Fact]
    public async Task Netbox_serves_its_page_and_is_there_to_be_executed_beside_its_tools()
    {
        engine.SkipWhereMissing();
        await using var servers = await RedisServers.StartClusterAsync(3, 0);
        var port = FreePort();
        await using var container = await engine.StartImageAsync(
            "netbox",
            [$"ASPNETCORE_HTTP_PORTS={port}", $"ConnectionStrings__redis-cluster={HitCounterProcess.ConnectionString(servers.Endpoints)}"]);
        await AnswersAsync(container, port, "/alive");
        Assert.Contains("<html", await AnswersAsync(container, port, "/"));

        Assert.Contains("<html", await container.ExecAsync("curl", "-s", $"http://127.0.0.1:{port}/"));
        Assert.Contains("healthy: 3 nodes", await container.ExecAsync("netbox", "cluster", "check", servers.Endpoints[0].ToClientString()));
        Assert.Contains("127.0.0.1", await container.ExecAsync("ip", "address", "show", "dev", "lo"));
        Assert.Contains($":{port} ", await container.ExecAsync("netstat", "-ltn"));
        Assert.Contains("ethtool", await container.ExecAsync("ethtool", "--version"));
        Assert.Contains("PONG", await container.ExecAsync("redis-cli", "-h", servers.Endpoints[0].Host, "-p", servers.Endpoints[0].Port.ToString(CultureInfo.InvariantCulture), "PING"));
        Assert.Contains("DiG", (await engine.TryRunAsync("docker", "run", "--rm", "--network", "host", "--entrypoint", "dig", engine.Image("netbox"), "-v")).Error);
        Assert.Equal(0, await container.StopAsync());
    }

    private static async Task<string> AnswersAsync(ImageContainer container, int port, string path)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var response = await client.GetAsync(
                    string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}{path}"), TestContext.Current.CancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                }
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"{path} is not answered:\n{await container.LogAsync()}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
