using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.ApplicationModel;

public class ResourceEvent(IResource resource, string resourceId, CustomResourceSnapshot snapshot)
{
    public IResource Resource { get; } = resource;

    public string ResourceId { get; } = resourceId;

    public CustomResourceSnapshot Snapshot { get; } = snapshot;
}

public sealed class ResourceNotificationServiceOptions
{
    public WaitBehavior DefaultWaitBehavior { get; set; }
}

/// <summary>The states of all resources: published by the orchestrator, watched by everybody.</summary>
public class ResourceNotificationService : IDisposable
{
    private readonly ConcurrentDictionary<string, Current> _current = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _disposing = new();
    private readonly IServiceProvider _services;
    private readonly DependencyWait _dependencyWait;
    private ImmutableList<ChannelWriter<ResourceEvent>> _watchers = [];

    public ResourceNotificationService(
        ILogger<ResourceNotificationService> logger, IHostApplicationLifetime hostApplicationLifetime, IServiceProvider serviceProvider, ResourceLoggerService resourceLoggerService)
    {
        ArgumentNullException.ThrowIfNull(logger);
        ArgumentNullException.ThrowIfNull(serviceProvider);
        ArgumentNullException.ThrowIfNull(resourceLoggerService);
        _ = hostApplicationLifetime;
        _services = serviceProvider;
        _dependencyWait = new DependencyWait(this, resourceLoggerService);
        DefaultWaitBehavior = serviceProvider.GetService<IOptions<ResourceNotificationServiceOptions>>()?.Value.DefaultWaitBehavior ?? WaitBehavior.StopOnResourceUnavailable;
    }

    internal WaitBehavior DefaultWaitBehavior { get; }

    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(resource);
        foreach (var id in resource.InstanceNames())
        {
            Publish(resource, id, stateFactory);
        }

        return Task.CompletedTask;
    }

    public Task PublishUpdateAsync(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        Publish(resource, resourceId, stateFactory);
        return Task.CompletedTask;
    }

    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        if (!_current.TryGetValue(resourceId, out var found))
        {
            // A name stands for its resource as long as that has one instance.
            var named = _current.Values.Where(c => string.Equals(c.Resource.Name, resourceId, StringComparison.OrdinalIgnoreCase)).Take(2).ToArray();
            found = named is [var only] ? only : null;
        }

        resourceEvent = found?.Event;
        return resourceEvent is not null;
    }

    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<ResourceEvent>(new UnboundedChannelOptions { SingleReader = true });
        ImmutableInterlocked.Update(ref _watchers, static (all, mine) => all.Add(mine), channel.Writer);
        try
        {
            var seen = new Dictionary<string, long>(StringComparer.OrdinalIgnoreCase);
            foreach (var known in _current.Values.Select(c => c.Event).OfType<ResourceEvent>().ToArray())
            {
                seen[known.ResourceId] = known.Snapshot.Version;
                yield return known;
            }

            await foreach (var update in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (!seen.TryGetValue(update.ResourceId, out var version) || update.Snapshot.Version > version)
                {
                    yield return update;
                }
            }
        }
        finally
        {
            ImmutableInterlocked.Update(ref _watchers, static (all, mine) => all.Remove(mine), channel.Writer);
        }
    }

    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [string.IsNullOrEmpty(targetState) ? KnownResourceStates.Running : targetState], cancellationToken);

    public async Task<string> WaitForResourceAsync(string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        string[] states = [.. targetStates];
        var found = await WaitAsync(
            resourceName,
            e => e.Snapshot.State?.Text is { } text && states.Contains(text, StringComparer.OrdinalIgnoreCase),
            $"reach one of the target states: [{string.Join(", ", states)}]",
            cancellationToken).ConfigureAwait(false);
        return found.Snapshot.State!.Text;
    }

    public Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default) =>
        WaitAsync(resourceName, predicate, "meet the predicate condition", cancellationToken);

    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, DefaultWaitBehavior, cancellationToken);

    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        var stops = waitBehavior == WaitBehavior.StopOnResourceUnavailable;
        if (stops && _services.GetService<DistributedApplicationModel>() is { } model && !model.Resources.TryGetByName(resourceName, out _))
        {
            throw new DistributedApplicationException($"Stopped waiting for resource '{resourceName}' to become healthy because it does not exist in the application model.");
        }

        var found = await WaitAsync(
            resourceName,
            e => e.Snapshot.HealthStatus == HealthStatus.Healthy || (stops && DependencyWait.IsUnavailable(e.Snapshot)),
            "become healthy",
            cancellationToken).ConfigureAwait(false);
        if (found.Snapshot.HealthStatus != HealthStatus.Healthy)
        {
            throw new DistributedApplicationException($"Stopped waiting for resource '{resourceName}' to become healthy because it failed to start.");
        }

        return await WaitForReadyHandlersAsync(resourceName, found.ResourceId, cancellationToken).ConfigureAwait(false);
    }

    public Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken) => _dependencyWait.RunAsync(resource, cancellationToken);

    public void Dispose()
    {
        _disposing.Cancel();
        GC.SuppressFinalize(this);
    }

    internal async Task<ResourceEvent> WaitForReadyHandlersAsync(string resourceName, string resourceId, CancellationToken cancellationToken)
    {
        var found = await WaitAsync(
            resourceName, e => e.ResourceId == resourceId && e.Snapshot.ResourceReady is not null, "execute the resource ready event", cancellationToken).ConfigureAwait(false);
        await found.Snapshot.ResourceReady!.WaitAsync(cancellationToken).ConfigureAwait(false);
        return found;
    }

    internal async Task<ResourceEvent> WaitAsync(string resourceName, Func<ResourceEvent, bool> predicate, string what, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_disposing.Token, cancellationToken);
        try
        {
            await foreach (var update in WatchAsync(stop.Token).ConfigureAwait(false))
            {
                if (string.Equals(update.Resource.Name, resourceName, StringComparison.OrdinalIgnoreCase) && predicate(update))
                {
                    return update;
                }
            }
        }
        catch (OperationCanceledException e)
        {
            throw new OperationCanceledException($"Resource '{resourceName}' failed to {what} before the operation was cancelled.{LastKnown(resourceName)}", e, cancellationToken);
        }

        throw new InvalidOperationException("The stream of resource events ended.");
    }

    private string LastKnown(string resourceName) =>
        string.Concat(_current.Values
            .Where(c => string.Equals(c.Resource.Name, resourceName, StringComparison.OrdinalIgnoreCase))
            .Select(c => c.Event?.Snapshot)
            .OfType<CustomResourceSnapshot>()
            .Select(s => $" Last known state: '{s.State?.Text ?? "none"}', health '{s.HealthStatus?.ToString() ?? "unknown"}'."));

    private void Publish(IResource resource, string id, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        ArgumentNullException.ThrowIfNull(stateFactory);
        var current = _current.GetOrAdd(id, static (_, r) => new Current(r), resource);
        if (current.Resource != resource)
        {
            throw new InvalidOperationException($"The resource id '{id}' belongs to another instance of a resource.");
        }

        lock (_gate)
        {
            var before = current.Event?.Snapshot ?? SnapshotStart.Of(resource);
            var after = SnapshotDecoration.Apply(resource, stateFactory(before), _services) with { Version = before.Version + 1 };
            var update = new ResourceEvent(resource, id, after);
            current.Event = update;
            foreach (var watcher in _watchers)
            {
                watcher.TryWrite(update);
            }
        }
    }

    private sealed class Current(IResource resource)
    {
        public IResource Resource { get; } = resource;

        public volatile ResourceEvent? Event;
    }
}
