using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Offline.Tests.Orchestration;

/// <summary>Bounded waits for conditions; generous, since they only end early.</summary>
internal static class Waiting
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static CancellationToken Bounded => new CancellationTokenSource(Limit).Token;

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Limit, $"Waited in vain: {what}.");
            await Task.Delay(20);
        }
    }

    public static Task<ResourceEvent> ForAsync(this DistributedApplication app, string resource, Func<CustomResourceSnapshot, bool> condition) =>
        app.ResourceNotifications.WaitForResourceAsync(resource, e => condition(e.Snapshot), Bounded);

    public static Task<ResourceEvent> ForStateAsync(this DistributedApplication app, string resource, string state) =>
        app.ForAsync(resource, s => s.State?.Text == state);

    public static async Task<string> LogAsync(this DistributedApplication app, string resource)
    {
        var model = app.Services.GetRequiredService<DistributedApplicationModel>();
        Assert.True(model.Resources.TryGetByName(resource, out var found));
        var loggers = app.Services.GetRequiredService<ResourceLoggerService>();
        var lines = new List<string>();
        foreach (var id in found!.Annotations.OfType<ResourceInstancesAnnotation>().Last().Names)
        {
            await foreach (var batch in loggers.GetAllAsync(id))
            {
                lines.AddRange(batch.Select(l => l.Content));
            }
        }

        return string.Join('\n', lines);
    }

    public static int ProcessId(this ResourceEvent running) =>
        (int)running.Snapshot.Properties.Single(p => p.Name == "executable.pid").Value!;
}
