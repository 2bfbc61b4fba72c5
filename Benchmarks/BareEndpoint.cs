using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace RedisClusterAspire.Benchmarks;

/// <summary>The same web server answering a text of the same length, in a process of its own.</summary>
internal sealed class BareEndpoint : IAsyncDisposable
{
    private readonly Process _process;

    private BareEndpoint(Process process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    public static async Task<BareEndpoint> StartAsync(CancellationToken stop)
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal)
            ? [Environment.GetCommandLineArgs()[0], "bare"]
            : ["bare"])
        { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        var url = await process.StandardOutput.ReadLineAsync(stop) ?? throw new InvalidOperationException("the bare endpoint did not start");
        return new BareEndpoint(process, new Uri(url));
    }

    /// <summary>Serves until its input ends, which it does when the benchmark is gone.</summary>
    public static async Task<int> ServeAsync(CancellationToken stop)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapGet("/", () => "I have been hit 123456 times since deployment.");
        await app.StartAsync(stop);
        Console.WriteLine(app.Urls.First());
        await Console.In.ReadLineAsync(stop);
        await app.StopAsync(stop);
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
