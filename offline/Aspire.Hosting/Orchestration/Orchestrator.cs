using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Orchestration.Networking;
using Aspire.Hosting.Orchestration.Processes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Runs the model: names, endpoints, events, then every resource as soon as what it waits for allows.</summary>
internal sealed class Orchestrator(
    DistributedApplicationModel model,
    InstanceRegistry registry,
    EndpointAllocator endpoints,
    ResourceLifecycle lifecycle,
    ResourceEvents events,
    ResourceUrls urls,
    DependencyGate gate,
    ResourceNotificationService notifications,
    IDistributedApplicationEventing eventing,
    IEnumerable<IRunCleanup> cleanups,
    Lazy<ProcessWatchdog> watchdog,
    ILogger<Orchestrator> logger) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private Task? _stopped;
    private bool _prepared;

    /// <summary>Names the instances and adds their commands; before the first state is published, since that goes by these names.</summary>
    public void Prepare()
    {
        if (_prepared)
        {
            return;
        }

        _prepared = true;
        foreach (var resource in model.Resources.Where(lifecycle.Runs))
        {
            registry.Add(resource);
            LifecycleCommands.AddTo(resource);
        }

        eventing.Subscribe<BeforeResourceStartedEvent>(gate.PassAsync);
        eventing.Subscribe<ResourceEndpointsAllocatedEvent>((e, cancellationToken) => urls.PublishAsync(e.Resource, cancellationToken));
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Prepare();
        try
        {
            // The watchdog's start and the rest of the preparation go side by side.
            var guarded = Task.Run(() => watchdog.Value, cancellationToken);
            endpoints.AllocateAll();
            foreach (var resource in model.Resources)
            {
                await SayInitialAsync(resource).ConfigureAwait(false);
                await events.InitializeAsync(resource, cancellationToken).ConfigureAwait(false);
            }

            foreach (var resource in model.Resources.Where(r => r.Annotations.OfType<EndpointAnnotation>().Any() || !registry.Of(r).IsEmpty))
            {
                await events.EndpointsAllocatedAsync(resource, cancellationToken).ConfigureAwait(false);
            }

            await guarded.ConfigureAwait(false);
            await Task.WhenAll(registry.Resources.Select(r => Task.Run(() => lifecycle.StartAsync(r, cancellationToken), cancellationToken))).ConfigureAwait(false);
            await events.AllCreatedAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await StopOnceAsync().ConfigureAwait(false);
            throw;
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => StopOnceAsync();

    public async ValueTask DisposeAsync() => await StopOnceAsync().ConfigureAwait(false);

    private Task SayInitialAsync(IResource resource)
    {
        var shown = ResourceUrls.SnapshotOf(resource);
        return notifications.PublishUpdateAsync(resource, s => s with { Urls = shown.IsEmpty ? s.Urls : shown });
    }

    private Task StopOnceAsync()
    {
        lock (_gate)
        {
            return _stopped ??= Task.Run(StopCoreAsync);
        }
    }

    private async Task StopCoreAsync()
    {
        var resources = lifecycle.StopAllAsync();
        if (await Task.WhenAny(resources, Task.Delay(StopLimit)).ConfigureAwait(false) != resources)
        {
            OrchestrationLog.StopTooLong(logger, StopLimit.TotalSeconds);
        }

        foreach (var cleanup in cleanups)
        {
            await cleanup.CleanAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await endpoints.DisposeAsync().ConfigureAwait(false);
        if (watchdog.IsValueCreated)
        {
            watchdog.Value.Dispose();
        }
    }
}

/// <summary>Takes away what a run leaves behind besides its processes.</summary>
internal interface IRunCleanup
{
    Task CleanAsync();
}
