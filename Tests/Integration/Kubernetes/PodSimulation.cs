using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Integration.HitCounter;
using RedisCluster.Operations;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Integration.Kubernetes;

/// <summary>
/// The pods of a published StatefulSet as processes on this machine: the published scripts and <c>redis.conf</c>, each pod at an address of its own
/// that it loses with its life, its data kept as a volume keeps them. What a kubelet does is left to the tests.
/// </summary>
internal sealed class PodSimulation : IAsyncDisposable
{
    public const string Password = "p\"a\\s $w'rd";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pods-");
    private readonly List<Pod> _pods = [];

    private PodSimulation(PublishedFolder published, int port)
    {
        Port = port;
        Config = Directory.CreateDirectory(Path.Combine(_folder.FullName, "config")).FullName;
        foreach (var file in published.Files().Where(f => f.StartsWith("base/redis-cluster/", StringComparison.Ordinal) && !f.EndsWith(".yaml", StringComparison.Ordinal)))
        {
            File.WriteAllText(Path.Combine(Config, Path.GetFileName(file)), published.Read(file));
        }
    }

    public int Port { get; }

    public int BusPort => Port + 10000;

    /// <summary>What is mounted as the ConfigMap.</summary>
    public string Config { get; }

    public IReadOnlyList<Pod> Pods => _pods;

    public IReadOnlyList<NodeEndpoint> Endpoints => [.. _pods.Select(pod => new NodeEndpoint(pod.Address, Port, BusPort))];

    /// <summary>Starts pods that know nothing of each other.</summary>
    public static async Task<PodSimulation> StartAsync(PublishedFolder published, int count, TimeSpan? nodeTimeout = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has an address for each pod here, 127.0.0.0/8.");
        var simulation = new PodSimulation(published, FreePort());
        if (nodeTimeout is { } timeout)
        {
            var config = Path.Combine(simulation.Config, "redis.conf");
            await File.AppendAllTextAsync(
                config, string.Create(CultureInfo.InvariantCulture, $"cluster-node-timeout {timeout.TotalMilliseconds}\n"), TestContext.Current.CancellationToken);
        }

        await simulation.AddAsync(count);
        return simulation;
    }

    /// <summary>Starts further pods, with the next numbers.</summary>
    public async Task<IReadOnlyList<Pod>> AddAsync(int count)
    {
        Pod[] pods = [.. Enumerable.Range(_pods.Count, count).Select(i => new Pod(this, i))];
        _pods.AddRange(pods);
        await Task.WhenAll(pods.Select(pod => pod.StartAsync()));
        return pods;
    }

    /// <summary>Forgets the pods that were scaled away; as many stay. Their volumes stay as well.</summary>
    public void Keep(int count) => _pods.RemoveRange(count, _pods.Count - count);

    /// <summary>Makes a cluster of them.</summary>
    public Task FormAsync(int replicasPerShard) => ClusterCreation.RunAsync(
        Endpoints,
        new() { ReplicasPerShard = replicasPerShard, Connection = new() { Password = Password } },
        null,
        TestContext.Current.CancellationToken);

    public Pod PodAt(string address) => _pods.Single(pod => pod.Address == address);

    public async ValueTask DisposeAsync()
    {
        foreach (var pod in _pods)
        {
            await pod.KillAsync();
        }

        _folder.Delete(recursive: true);
    }

    public string FolderOf(string name) => Directory.CreateDirectory(Path.Combine(_folder.FullName, name)).FullName;

    // The bus port is 10000 higher; both below the range that outgoing connections take theirs from.
    private static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(12000, 22000);
            try
            {
                using var client = new TcpListener(IPAddress.Any, port);
                using var bus = new TcpListener(IPAddress.Any, port + 10000);
                client.Start();
                bus.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
        }
    }
}

/// <summary>One pod.</summary>
internal sealed class Pod(PodSimulation simulation, int index)
{
    private static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(30);
    private static int _addresses;
    private readonly StringBuilder _log = new();
    private Process? _process;
    private string _mount = "";

    public int Index => index;

    public string Address { get; private set; } = "";

    public string HostName => string.Create(CultureInfo.InvariantCulture, $"redis-cluster-{index}.redis-cluster-nodes.default.svc");

    public string Name => string.Create(CultureInfo.InvariantCulture, $"redis-cluster-{index}");

    public string RunFolder => simulation.FolderOf($"{Name}-run");

    /// <summary>Starts the container at an address that no pod ever had, and waits until it is alive.</summary>
    public async Task StartAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        var number = Interlocked.Increment(ref _addresses);
        Address = string.Create(CultureInfo.InvariantCulture, $"127.{Environment.ProcessId % 200 + 20}.{number / 250}.{number % 250 + 2}");
        Directory.Delete(RunFolder, recursive: true);
        _mount = Mount();
        _process = Start("start.sh");
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        while (await RunAsync("live.sh") is (not 0, var answer))
        {
            Assert.False(_process.HasExited, $"{Name} ended:\n{Log}");
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60), $"{Name} at {Address}: {answer}\n{Log}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
        {
            _log.AppendLine(line.Data);
        }
    }

    /// <summary>Runs a script in the container to its end, with the commands of a folder before all others.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(string script, string? commands = null)
    {
        using var process = Start(script, commands);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }

    public async Task<bool> IsReadyAsync() => await RunAsync("ready.sh") is (0, _);

    public async Task BecomeReadyAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        while (await RunAsync("ready.sh") is (not 0, var answer))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60), $"{Name} at {Address}: {answer}\n{(await CallAsync("CLUSTER", "NODES")).AsText()}\n{Log}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>What a kubelet does to end a pod: the hook, then SIGTERM, and SIGKILL when the grace period is over. What the hook said, and the log where it came to that.</summary>
    public async Task<string> DeleteAsync()
    {
        var (code, output) = await RunAsync("stop.sh");
        Assert.True(code == 0, output);
        using (var kill = Process.Start("kill", ["-TERM", $"{_process!.Id}"]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        using var grace = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        grace.CancelAfter(GracePeriod);
        try
        {
            await _process.WaitForExitAsync(grace.Token);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            output += $"killed after {GracePeriod}:\n{Log}";
        }

        await KillAsync();
        return output;
    }

    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
            _process = null;
        }
    }

    public Task<RespConnection> ConnectAsync() =>
        RespConnection.ConnectAsync(Address, simulation.Port, new() { Password = PodSimulation.Password }, TestContext.Current.CancellationToken);

    public async Task<RespValue> CallAsync(params RespArgument[] words)
    {
        await using var connection = await ConnectAsync();
        return await connection.SendAsync(RespCommand.Of(words), TestContext.Current.CancellationToken);
    }

    public async Task<bool> IsMasterAsync() => (await CallAsync("ROLE")).Items[0].AsText() == "master";

    private Process Start(string script, string? commands = null)
    {
        var start = new ProcessStartInfo("sh", [Path.Combine(_mount, script)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment["POD_IP"] = Address;
        start.Environment["REDIS_HOSTNAME"] = HostName;
        start.Environment["REDIS_PORT"] = simulation.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["REDIS_RUN_DIR"] = RunFolder;
        start.Environment["REDISCLI_AUTH"] = PodSimulation.Password;
        if (commands is not null)
        {
            start.Environment["PATH"] = $"{commands}:{Environment.GetEnvironmentVariable("PATH")}";
        }

        return Process.Start(start)!;
    }

    // The published configuration says /data, which every pod has for itself, and every address.
    private string Mount()
    {
        var folder = simulation.FolderOf($"{Name}-config");
        foreach (var file in Directory.EnumerateFiles(simulation.Config))
        {
            var text = File.ReadAllText(file);
            if (file.EndsWith("redis.conf", StringComparison.Ordinal))
            {
                text = text
                    .Replace("/data", simulation.FolderOf($"{Name}-data"), StringComparison.Ordinal)
                    .Replace("cluster-port 16379", string.Create(CultureInfo.InvariantCulture, $"cluster-port {simulation.BusPort}"), StringComparison.Ordinal)
                    .Replace("port 6379", string.Create(CultureInfo.InvariantCulture, $"port {simulation.Port}"), StringComparison.Ordinal)
                    + $"bind {Address}\n";
            }

            File.WriteAllText(Path.Combine(folder, Path.GetFileName(file)), text);
        }

        return folder;
    }
}
