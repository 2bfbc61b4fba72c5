using System.Diagnostics;
using System.Text.RegularExpressions;

namespace RedisClusterAspire.Benchmarks;

/// <summary>A web server in a process of its own, on a free port.</summary>
internal sealed partial class WebServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _url = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private WebServer(Process process)
    {
        _process = process;
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => _url.TrySetException(new InvalidOperationException("the server ended at once"));
        process.OutputDataReceived += (_, line) => Look(line.Data);
        process.BeginOutputReadLine();
    }

    public Uri Url => _url.Task.Result;

    /// <summary>The time that cores have spent in it so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a built program and waits until its root answers with success.</summary>
    public static async Task<WebServer> StartAsync(string program, IEnumerable<string> arguments, CancellationToken stop)
    {
        var server = new WebServer(Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardInput = true })!);
        var url = await server._url.Task.WaitAsync(TimeSpan.FromSeconds(30), stop);
        using var client = new HttpClient { BaseAddress = url };
        for (var attempt = 0; ; attempt++)
        {
            using var answer = await client.GetAsync(new Uri("/", UriKind.Relative), stop);
            if (answer.IsSuccessStatusCode)
            {
                return server;
            }

            if (attempt == 100)
            {
                throw new InvalidOperationException($"{url} still answers {(int)answer.StatusCode}");
            }

            await Task.Delay(100, stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Look(string? line)
    {
        if (line is not null && Address().Match(line) is { Success: true } match)
        {
            _url.TrySetResult(new Uri(match.Value));
        }
    }

    [GeneratedRegex(@"http://[0-9.]+:[0-9]+")]
    private static partial Regex Address();
}
