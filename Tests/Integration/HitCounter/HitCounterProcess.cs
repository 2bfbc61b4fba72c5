using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Integration.Support;
using RedisCluster.Topology;

namespace Integration.HitCounter;

/// <summary>The built HitCounter.Api as a process of its own, on a free port.</summary>
internal sealed class HitCounterProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri?> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HitCounterProcess(Process process)
    {
        _process = process;
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => _address.TrySetResult(null);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
    }

    public HttpClient Client { get; private set; } = new();

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts it and waits until it listens.</summary>
    public static async Task<HitCounterProcess> StartAsync(IEnumerable<NodeEndpoint> nodes, params string[] arguments)
    {
        var app = Launch(["--urls=http://127.0.0.1:0", $"--ConnectionStrings:redis-cluster={ConnectionString(nodes)}", .. arguments]);
        var address = await app._address.Task.WaitAsync(Patience)
            ?? throw new InvalidOperationException($"HitCounter.Api ended at once:\n{app.Output}");
        app.Client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1000 }) { BaseAddress = address, Timeout = Patience };
        return app;
    }

    /// <summary>As <see cref="StartAsync"/>, and waits until it is ready.</summary>
    public static async Task<HitCounterProcess> StartReadyAsync(IEnumerable<NodeEndpoint> nodes, params string[] arguments)
    {
        var app = await StartAsync(nodes, arguments);
        await app.UntilHealthAsync(200);
        return app;
    }

    /// <summary>Runs it to its end, for starts that are to fail.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        await using var app = Launch(arguments);
        await app._process.WaitForExitAsync().WaitAsync(Patience);
        return (app._process.ExitCode, app.Output.Trim());
    }

    public static string ConnectionString(IEnumerable<NodeEndpoint> nodes)
        => string.Join(',', nodes.Select(node => string.Create(CultureInfo.InvariantCulture, $"{node.Host}:{node.Port}")));

    public async Task<long> HitAsync(string page = "")
    {
        using var response = await Client.GetAsync($"/{page}");
        return await NumberAsync(response);
    }

    public async Task<long> CountAsync(string page = "")
        => (await Client.GetFromJsonAsync<JsonElement>(page.Length == 0 ? "/count" : $"/{page}/count")).GetProperty("count").GetInt64();

    public static async Task<long> NumberAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}: {text}");
        Assert.StartsWith("I have been hit ", text, StringComparison.Ordinal);
        Assert.EndsWith(" times since deployment.", text, StringComparison.Ordinal);
        return long.Parse(text.Split(' ')[4], CultureInfo.InvariantCulture);
    }

    public async Task UntilHealthAsync(int status)
        => await Eventually.TrueAsync(
            async () =>
            {
                using var response = await Client.GetAsync("/health");
                return (int)response.StatusCode == status;
            },
            Patience,
            $"/health answers {status}");

    public void Kill() => _process.Kill();

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        await Signal.SendAsync("TERM", _process.Id);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"--- hit-counter\n{Output}");
        }

        Client.Dispose();
        _process.Dispose();
    }

    private static HitCounterProcess Launch(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "HitCounter.Api.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var app = new HitCounterProcess(new Process { StartInfo = start });
        app._process.Start();
        app._process.BeginOutputReadLine();
        app._process.BeginErrorReadLine();
        return app;
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        var at = line.IndexOf(Listening, StringComparison.Ordinal);
        if (at >= 0)
        {
            _address.TrySetResult(new Uri(line[(at + Listening.Length)..].Trim()));
        }
    }
}
