using Integration.Operations;
using Integration.Support;
using Integration.Worker;
using Microsoft.Playwright;

namespace Integration.NetBox.Page;

/// <summary>Three shards of two, netbox serving them, and a browser: one of each for all tests of the page.</summary>
public sealed class ServedCluster : IAsyncLifetime
{
    private readonly List<IDisposable> _tools = [];
    private Chromium? _browser;

    public RedisServers Servers { get; private set; } = null!;

    public Uri Url { get; private set; } = null!;

    /// <summary>A page of its own, in a browser profile of its own, that may talk to this machine only.</summary>
    public async Task<ObservedPage> OpenAsync(Uri url, BrowserNewContextOptions? options = null)
    {
        Assert.SkipWhen(_browser is null, Chromium.Missing);
        return await _browser.OpenAsync(url, options);
    }

    public async Task<ObservedPage> OpenAsync(BrowserNewContextOptions? options = null)
    {
        Assert.SkipWhen(Servers is null, Chromium.Missing);

        // What the test before this one did to a node mends itself, only not at once.
        await Servers.UntilWellAsync();
        return await OpenAsync(Url, options);
    }

    /// <summary>Another netbox on the same cluster.</summary>
    internal ToolProcess Serve(params (string Name, string Value)[] environment)
    {
        Assert.SkipWhen(Servers is null, Chromium.Missing);
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
        if (Chromium.Program is null)
        {
            return;
        }

        var browser = Chromium.LaunchAsync();
        Servers = await RedisServers.StartClusterAsync(3, 1, "--cluster-node-timeout", "1500");
        Url = await UrlAsync(Serve(("ASPNETCORE_URLS", "http://127.0.0.1:0")));
        _browser = await browser;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _tools.ForEach(tool => tool.Dispose());
        if (Servers is not null)
        {
            await Servers.DisposeAsync();
        }
    }
}
