using System.Diagnostics;
using System.Text;

namespace Integration.Images;

/// <summary>The engine and the registry that eng/local-engine.sh lends, with the three images built and pushed. Shared by all tests of images.</summary>
public sealed class LocalEngine : IAsyncLifetime
{
    private const string Switch = "TEST_IMAGES";
    private const int ExitMissing = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);
    private Process? _lender;

    /// <summary>Why there are no images; null when there are.</summary>
    private string? Missing { get; set; }

    public string Registry => _environment["REGISTRY"];

    /// <summary>The repository's folder, above the tests' output.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable(Switch) is not { Length: > 0 })
        {
            Missing = $"Building images takes minutes and root: set {Switch}=1";
            return;
        }

        // What it tells comes on standard error; the command keeps it alive until its standard input ends.
        _lender = Process.Start(new ProcessStartInfo("bash", [Path.Combine(Root, "eng/local-engine.sh"), "sh", "-c", "env; echo; cat >/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = _lender.StandardError.ReadToEndAsync();
        while (await _lender.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { Length: > 0 } line)
        {
            if (line.Split('=', 2) is [("DOCKER_HOST" or "REGISTRY" or "BASE_IMAGE" or "DEBIAN_IMAGE" or "BUILD_NETWORK") and var name, var value])
            {
                _environment[name] = value;
            }
        }

        if (!_environment.ContainsKey("DEBIAN_IMAGE"))
        {
            await _lender.WaitForExitAsync().WaitAsync(Patience);
            var problem = (await errors).Trim();
            Missing = _lender.ExitCode == ExitMissing ? problem : throw new InvalidOperationException(problem);
            return;
        }

        try
        {
            _ = await RunAsync("bash", "eng/images.sh", "--tag", "test");
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>To be the first thing a test does.</summary>
    public void SkipWhereMissing()
    {
        if (Missing is not null)
        {
            Assert.Skip(Missing);
        }
    }

    /// <summary>The image of a service, pulled.</summary>
    public string Image(string name) => $"{Registry}/{name}:test";

    /// <summary>
    /// Runs the image's program as Kubernetes would under its strictest rules: the image's own user, nothing writable, no capabilities.
    /// Its standard output; whatever else it ends with but 0 fails the test.
    /// </summary>
    public Task<string> RunImageAsync(string name, string? entryPoint, params string[] arguments) =>
        RunAsync("docker", ["run", "--rm", .. Restricted, .. entryPoint is null ? (string[])[] : ["--entrypoint", entryPoint], Image(name), .. arguments]);

    /// <summary>Starts the image's program, restricted as in <see cref="RunImageAsync"/>; stopped when disposed of.</summary>
    public async Task<ImageContainer> StartImageAsync(string name, IEnumerable<string> environment, params string[] arguments)
    {
        var id = await RunAsync("docker", ["run", "-d", .. Restricted, .. environment.SelectMany(e => (string[])["-e", e]), Image(name), .. arguments]);
        return new ImageContainer(this, id.Trim());
    }

    public Task<string> DockerAsync(params string[] arguments) => RunAsync("docker", arguments);

    /// <summary>Exit code and all output of a command with the engine in its environment.</summary>
    public async Task<(int ExitCode, string Output, string Error)> TryRunAsync(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, await output, await error);
    }

    public async ValueTask DisposeAsync()
    {
        if (_lender is { HasExited: false } lender)
        {
            lender.StandardInput.Close();
            await lender.WaitForExitAsync().WaitAsync(Patience);
        }

        _lender?.Dispose();
    }

    // On the machine's network: this engine has no other.
    private static string[] Restricted => ["--network", "host", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];

    private async Task<string> RunAsync(string command, params string[] arguments)
    {
        var (exitCode, output, error) = await TryRunAsync(command, arguments);
        return exitCode == 0
            ? output
            : throw new InvalidOperationException(new StringBuilder().AppendJoin(' ', arguments.Prepend(command)).Append($": {exitCode}\n{output}{error}").ToString());
    }

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "RedisClusterAspire.sln")) ? folder : FindRoot(Path.GetDirectoryName(folder)!);
}

/// <summary>A container that runs until it is disposed of.</summary>
public sealed class ImageContainer(LocalEngine engine, string id) : IAsyncDisposable
{
    /// <summary>Runs a program in it.</summary>
    public Task<string> ExecAsync(params string[] command) => engine.DockerAsync(["exec", id, .. command]);

    public async Task<string> LogAsync()
    {
        var (_, output, error) = await engine.TryRunAsync("docker", "logs", id);
        return output + error;
    }

    /// <summary>Told to stop with SIGTERM; the exit code.</summary>
    public async Task<int> StopAsync()
    {
        await engine.DockerAsync("stop", "-t", "30", id);
        return int.Parse(await engine.DockerAsync("inspect", "-f", "{{.State.ExitCode}}", id), System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync() => await engine.TryRunAsync("docker", "rm", "-f", id);
}
