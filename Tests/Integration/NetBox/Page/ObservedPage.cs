using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Integration.NetBox.Page;

/// <summary>A page of which everything is noted that must not be: complaints in its console, requests to elsewhere.</summary>
public sealed class ObservedPage : IAsyncDisposable
{
    /// <summary>For what comes by itself on a machine that may be busy.</summary>
    private const float PatienceMs = 60_000;

    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<string> _elsewhere = new();
    private int _requests;

    private ObservedPage(IPage page) => Page = page;

    public IPage Page { get; }

    public IReadOnlyCollection<string> Complaints => _complaints;

    public static async Task<ObservedPage> OpenAsync(IBrowserContext context, Uri url)
    {
        context.SetDefaultTimeout(PatienceMs);
        var observed = new ObservedPage(await context.NewPageAsync());
        observed.Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                observed._complaints.Enqueue($"{message.Text} {message.Location}");
            }
        };
        observed.Page.PageError += (_, error) => observed._complaints.Enqueue(error);
        context.Request += (_, _) => Interlocked.Increment(ref observed._requests);
        await context.RouteAsync(address => !address.StartsWith(url.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal), async route =>
        {
            observed._elsewhere.Enqueue(route.Request.Url);
            await route.AbortAsync();
        });
        await observed.Page.GotoAsync(url.ToString());
        return observed;
    }

    public ILocator Find(string selector) => Page.Locator(selector);

    public Task ShowsAsync(string selector) => AwaitAsync(Find(selector));

    /// <summary>Until an element holds a text.</summary>
    public Task SaysAsync(string selector, string text) => AwaitAsync(Page.Locator(selector, new() { HasTextString = text }));

    /// <summary>No complaint, and only netbox was asked.</summary>
    public void AssertClean()
    {
        Assert.Empty(_elsewhere);
        Assert.Empty(_complaints);
        Assert.True(_requests > 5);
    }

    // What there is instead says more than that something is missing.
    private async Task AwaitAsync(ILocator locator)
    {
        try
        {
            await locator.First.WaitForAsync();
        }
        catch (TimeoutException missing)
        {
            Assert.Fail($"{missing.Message}\n{string.Join('\n', _complaints)}\n{await Page.InnerTextAsync("body")}");
        }
    }

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
