using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Integration.AppHosting;

/// <summary>One clear line and the right exit code, never a stack trace.</summary>
public sealed class BadInputTests
{
    private const string Processes = "--RedisCluster:Nodes=Processes";

    [Theory]
    [InlineData("--RedisCluster:Shards=2", "AppHost: redis-cluster: 2 shards make no cluster.")]
    [InlineData("--RedisCluster:Shards=many", "AppHost: RedisCluster:Shards is 'many'; it has to be a whole number.")]
    [InlineData("--RedisCluster:Prot=7201", "AppHost: unknown option '--RedisCluster:Prot'.")]
    [InlineData("--HitCounter:Port=0", "AppHost: HitCounter:Port is 0; it has to be a port between 1 and 65535.")]
    [InlineData("status", "AppHost: 'status' is no option.")]
    public async Task What_makes_no_sense_is_named(string argument, string line) => await AssertRefusedAsync([Processes, argument], line);

    [Fact]
    public async Task A_port_asked_for_that_is_taken_is_named_with_its_owner()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var owner = OperatingSystem.IsLinux() ? $" by {System.Diagnostics.Process.GetCurrentProcess().ProcessName} (process {Environment.ProcessId})" : "";
        await AssertRefusedAsync([Processes, $"--RedisCluster:Port={port}"], $"AppHost: redis-cluster: port {port} is taken{owner}.");
        await AssertRefusedAsync([Processes, $"--HitCounter:Port={port}"], $"AppHost: hit-counter: port {port} is taken{owner}.");
    }

    [Fact]
    public async Task A_machine_without_redis_server_is_told_what_to_type()
    {
        var empty = Directory.CreateTempSubdirectory("empty-path-");
        try
        {
            var dotnet = Path.GetDirectoryName(Path.GetFullPath(Environment.ProcessPath!))!;
            var environment = new Dictionary<string, string> { ["PATH"] = $"{empty.FullName}{Path.PathSeparator}{(File.Exists(Path.Combine(dotnet, "redis-server")) ? empty.FullName : dotnet)}" };
            await AssertRefusedAsync([Processes], "AppHost: redis-cluster: neither redis-server nor valkey-server is on PATH. Install one: ", environment);
        }
        finally
        {
            empty.Delete();
        }
    }

    [Fact]
    public async Task An_unknown_pipeline_step_does_not_exit_with_0()
    {
        var (code, _, _) = await AppHostProcess.RunAsync(["--operation", "publish", "--step", "no-such-step", "--output-path", Path.GetTempPath()]);
        Assert.NotEqual(0, code);
    }

    [Fact]
    public async Task The_manifest_is_written_and_holds_no_password()
    {
        var folder = Directory.CreateTempSubdirectory("manifest-");
        try
        {
            var path = Path.Combine(folder.FullName, "manifest.json");
            var (code, _, errors) = await AppHostProcess.RunAsync(["--publisher", "manifest", "--output-path", path]);
            Assert.True(code == 0, errors);
            using var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
            var resources = manifest.RootElement.GetProperty("resources");
            Assert.Equal(
                [
                    "cluster-init", "redis-cluster", "redis-cluster-0", "redis-cluster-1", "redis-cluster-2", "redis-cluster-3", "redis-cluster-4", "redis-cluster-5",
                    "hit-counter", "netbox", "redis-cluster-password",
                ],
                resources.EnumerateObject().Select(resource => resource.Name));
            Assert.Equal(
                "{redis-cluster-password.value}",
                resources.GetProperty("redis-cluster-0").GetProperty("env").GetProperty("ConnectionStrings__password").GetString());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task AssertRefusedAsync(string[] args, string line, IReadOnlyDictionary<string, string>? environment = null)
    {
        var (code, output, errors) = await AppHostProcess.RunAsync(args, environment);
        Assert.StartsWith(line, errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
        Assert.Equal(2, code);
    }
}
