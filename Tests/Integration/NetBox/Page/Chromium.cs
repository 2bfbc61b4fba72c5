using Microsoft.Playwright;

namespace Integration.NetBox.Page;

/// <summary>The browser of this machine, without a window.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    public const string Missing = "no chromium here; apt-get install chromium, or CHROMIUM=PATH";

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>Where it is; null where there is none.</summary>
    public static string? Program { get; } =
        (Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } given ? [given] : (string[])["chromium", "chromium-browser", "google-chrome"])
        .SelectMany(name => name.Contains('/') ? [name] : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    public static async Task<Chromium> LaunchAsync()
    {
        var playwright = await Playwright.CreateAsync();
        return new(playwright, await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            // Root has no sandbox; containers have a small /dev/shm. What is opened is netbox alone.
            Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        }));
    }

    /// <summary>A page of its own, in a profile of its own, that may talk to its own server only.</summary>
    public async Task<ObservedPage> OpenAsync(Uri url, BrowserNewContextOptions? options = null) => await ObservedPage.OpenAsync(await _browser.NewContextAsync(options), url);

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
