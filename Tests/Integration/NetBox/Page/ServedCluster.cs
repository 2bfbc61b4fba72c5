using Integration.Support;
using Integration.Worker;
using Microsoft.Playwright;

namespace Integration.NetBox.Page;

/// <summary>Three shards of two, netbox serving them, and a browser: one of each for all tests of the page.</summary>
public sealed class ServedCluster : IAsyncLifetime
{
    private const string NoBrowser = "no chromium here; apt-get install chromium, or CHROMIUM=PATH";

    private readonly List<IDisposable> _tools = [];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public RedisServers Servers { get; private set; } = null!;

    public Uri Url { get; private set; } = null!;

    /// <summary>A page of its own, in a browser profile of its own, that may talk to this machine only.</summary>
    public async Task<ObservedPage> OpenAsync(Uri url, BrowserNewContextOptions? options = null)
    {
        Assert.SkipWhen(_browser is null, NoBrowser);
        return await ObservedPage.OpenAsync(await _browser.NewContextAsync(options), url);
    }

    public Task<ObservedPage> OpenAsync(BrowserNewContextOptions? options = null) => OpenAsync(Url, options);

    /// <summary>Another netbox on the same cluster.</summary>
    internal ToolProcess Serve(params (string Name, string Value)[] environment)
    {
        Assert.SkipWhen(Servers is null, NoBrowser);
        var tool = ToolProcess.Start("netbox", ["serve", .. Servers.Endpoints.Select(endpoint => endpoint.ToClientString())], environment);
        _tools.Add(tool);
        return tool;
    }

    internal static async Task<Uri> UrlAsync(ToolProcess netbox)
    {
        const string Prefix = "netbox: ";
        var output = await netbox.WaitForOutputAsync(text => text.StartsWith(Prefix, StringComparison.Ordinal) && text.EndsWith('\n'));
        return new Uri(output[Prefix.Length..].Split('\n')[0].Replace("[::]", "127.0.0.1", StringComparison.Ordinal).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal));
    }

    public async ValueTask InitializeAsync()
    {
        if (Chromium() is not { } program)
        {
            return;
        }

        var browser = LaunchAsync(program);
        Servers = await RedisServers.StartClusterAsync(3, 1, "--cluster-node-timeout", "1500");
        Url = await UrlAsync(Serve(("ASPNETCORE_URLS", "http://127.0.0.1:0")));
        await browser;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _tools.ForEach(tool => tool.Dispose());
        if (Servers is not null)
        {
            await Servers.DisposeAsync();
        }
    }

    private async Task LaunchAsync(string program)
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,
            // Root has no sandbox; containers have a small /dev/shm. What is opened is netbox alone.
            Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        });
    }

    private static string? Chromium() =>
        (Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } given ? [given] : (string[])["chromium", "chromium-browser", "google-chrome"])
        .SelectMany(name => name.Contains('/') ? [name] : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);
}
