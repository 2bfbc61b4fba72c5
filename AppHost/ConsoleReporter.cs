using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AppHost;

/// <summary>Tells at the terminal how the resources come up: a line for each, then the addresses, and later what fails or recovers.</summary>
/// <param name="app">The application.</param>
/// <param name="output">The terminal.</param>
/// <param name="started">When the AppHost began, a timestamp of the system's clock. Not the process' own start: a shell that execs the AppHost has built it first.</param>
internal sealed class ConsoleReporter(DistributedApplication app, TextWriter output, long started)
{
    private const int LogLinesShown = 10;

    private readonly Dictionary<string, ResourceLine> _lines = [];
    private readonly Dictionary<string, IReadOnlyList<string>> _urls = [];
    private bool _isReady;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var lifetime = app.Services.GetRequiredService<IHostApplicationLifetime>();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var expected = app.Services.GetRequiredService<DistributedApplicationModel>().Resources
            .Where(resource => resource is not ParameterResource && !IsHelper(resource))
            .Select(resource => resource.Name)
            .ToHashSet();
        try
        {
            await foreach (var change in app.ResourceNotifications.WatchAsync(ending.Token))
            {
                if (expected.Contains(change.Resource.Name))
                {
                    await ReportAsync(change, expected);
                }
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Being stopped is the end of the report.
        }
    }

    private async Task ReportAsync(ResourceEvent change, HashSet<string> expected)
    {
        var name = change.Resource.Name;
        var hasHealthChecks = change.Resource.Annotations.OfType<HealthCheckAnnotation>().Any();
        var line = ResourceLine.Of(change.Snapshot, hasHealthChecks) ?? Relapse(name, change.Snapshot);
        if (change.Snapshot.Urls.Where(url => !url.IsInactive && !url.IsInternal).Select(url => url.Url).ToList() is { Count: > 0 } urls)
        {
            _urls[name] = urls;
        }

        if (line is null || (_lines.TryGetValue(name, out var former) && former == line))
        {
            return;
        }

        _lines[name] = line;
        output.WriteLine($"  {name,-18} {line.Text}{(line.IsUp && line.Text != "done" ? Addresses(name) : "")}");
        if (line.IsFailed)
        {
            await ShowLogAsync(change.Resource);
        }

        if (!_isReady && expected.All(resource => _lines.TryGetValue(resource, out var each) && each.IsUp))
        {
            _isReady = true;
            ShowAddresses();
        }
    }

    // Ill again after it was well. Before that, being unhealthy is a part of coming up.
    private ResourceLine? Relapse(string name, CustomResourceSnapshot snapshot) =>
        _lines.TryGetValue(name, out var former) && snapshot.State?.Text == KnownResourceStates.Running && ResourceLine.Ailment(snapshot) is { } ailment
            ? former.IsUp ? new($"unhealthy: {ailment}", IsUp: false, IsFailed: false) : former
            : null;

    private string Addresses(string name) => _urls.TryGetValue(name, out var urls) ? $"  {urls[0]}" : "";

    private void ShowAddresses()
    {
        var taken = TimeProvider.System.GetElapsedTime(started);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Ready in {taken.TotalSeconds:F1} s. Ctrl-C stops everything."));
        foreach (var (name, urls) in _urls.Where(pair => pair.Value[0].StartsWith("http", StringComparison.Ordinal)).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"  {name,-18} {urls[0]}");
        }
    }

    private async Task ShowLogAsync(IResource resource)
    {
        var logs = app.Services.GetRequiredService<ResourceLoggerService>();
        var last = new Queue<string>();
        await foreach (var lines in logs.GetAllAsync(resource))
        {
            foreach (var line in lines)
            {
                last.Enqueue(line.Content);
                if (last.Count > LogLinesShown)
                {
                    last.Dequeue();
                }
            }
        }

        foreach (var line in last)
        {
            output.WriteLine($"    {line}");
        }
    }

    private static bool IsHelper(IResource resource) =>
        resource.Annotations.OfType<ResourceSnapshotAnnotation>().LastOrDefault() is { InitialSnapshot.IsHidden: true }
        || resource.Annotations.OfType<ExplicitStartupAnnotation>().Any()
        || resource.Name == "aspire-dashboard";
}
