using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Networking;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Starts and stops instances and says so: at the start of the application, on command, and at its end.</summary>
internal sealed class ResourceLifecycle(
    InstanceRegistry registry,
    EndpointAllocator endpoints,
    ResourceEvents events,
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    IServiceProvider services) : IDisposable
{
    private readonly ImmutableArray<IInstanceRunner> _runners = [.. services.GetServices<IInstanceRunner>()];
    private readonly CancellationTokenSource _shutdown = new();

    public bool Runs(IResource resource) => _runners.Any(r => r.Runs(resource));

    /// <summary>The first start of a resource: all its instances, which share one wait for what it depends on.</summary>
    public async Task StartAsync(IResource resource, CancellationToken cancellationToken)
    {
        if (resource.Annotations.OfType<ExplicitStartupAnnotation>().Any())
        {
            await notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.NotStarted }).ConfigureAwait(false);
            return;
        }

        var instances = registry.Of(resource);
        using var gates = await GatesAsync(instances, cancellationToken).ConfigureAwait(false);
        try
        {
            await BeforeLaunchAsync(resource, instances, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception ex) when (!cancellationToken.IsCancellationRequested)
        {
            await FailAsync(instances, ex).ConfigureAwait(false);
            return;
        }

        await Task.WhenAll(instances.Select(i => LaunchAsync(i, cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>Starts one instance again, or ends its waiting.</summary>
    public async Task StartInstanceAsync(string id, CancellationToken cancellationToken)
    {
        var instance = registry.Get(id);
        var wasWaiting = false;
        await notifications.PublishUpdateAsync(instance.Resource, id, s =>
        {
            wasWaiting = s.State?.Text == KnownResourceStates.Waiting;
            return wasWaiting ? s with { State = KnownResourceStates.Starting } : s;
        }).ConfigureAwait(false);
        if (wasWaiting)
        {
            return;
        }

        using var gates = await GatesAsync([instance], cancellationToken).ConfigureAwait(false);
        await EndAsync(instance).ConfigureAwait(false);
        events.ForgetConnectionString(instance.Resource);
        try
        {
            await BeforeLaunchAsync(instance.Resource, [instance], cancellationToken).ConfigureAwait(false);
        }
        catch (Exception ex) when (!cancellationToken.IsCancellationRequested)
        {
            await FailAsync([instance], ex).ConfigureAwait(false);
            throw;
        }

        await LaunchAsync(instance, cancellationToken).ConfigureAwait(false);
    }

    public async Task StopInstanceAsync(string id, CancellationToken cancellationToken)
    {
        var instance = registry.Get(id);
        using var gates = await GatesAsync([instance], cancellationToken).ConfigureAwait(false);
        await EndAsync(instance).ConfigureAwait(false);
    }

    /// <summary>Ends everything, what depends on others before those. Nothing is started any more.</summary>
    public async Task StopAllAsync()
    {
        await _shutdown.CancelAsync().ConfigureAwait(false);
        var model = services.GetRequiredService<DistributedApplicationModel>();
        var dependants = StopOrder.DependantsOf(model.Resources);
        var stops = new Dictionary<IResource, Lazy<Task>>();
        foreach (var resource in registry.Resources)
        {
            stops[resource] = new Lazy<Task>(() => StopAfterAsync(resource, [.. dependants[resource].Where(stops.ContainsKey).Where(d => !dependants[d].Contains(resource))], stops));
        }

        await Task.WhenAll(stops.Values.Select(s => s.Value)).ConfigureAwait(false);
    }

    public void Dispose() => _shutdown.Dispose();

    private async Task StopAfterAsync(IResource resource, IReadOnlyList<IResource> dependants, Dictionary<IResource, Lazy<Task>> stops)
    {
        await Task.WhenAll(dependants.Select(d => stops[d].Value)).ConfigureAwait(false);
        await Task.WhenAll(registry.Of(resource).Select(EndAsync)).ConfigureAwait(false);
    }

    private async Task BeforeLaunchAsync(IResource resource, ImmutableArray<ResourceInstance> instances, CancellationToken cancellationToken)
    {
        await events.ConnectionStringAvailableAsync(resource, cancellationToken).ConfigureAwait(false);
        foreach (var instance in instances)
        {
            await notifications.PublishUpdateAsync(resource, instance.Id, s => s with
            {
                State = KnownResourceStates.Starting,
                ExitCode = null,
                StopTimeStamp = null,
                HealthReports = [.. resource.Annotations.OfType<HealthCheckAnnotation>().Select(c => new HealthReportSnapshot(c.Key, null, null, null))],
            }).ConfigureAwait(false);
        }

        await events.BeforeStartedAsync(resource, cancellationToken).ConfigureAwait(false);
    }

    private async Task LaunchAsync(ResourceInstance instance, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _shutdown.Token);
        try
        {
            stop.Token.ThrowIfCancellationRequested();
            if (endpoints.FaultOf(instance) is { } fault)
            {
                throw new InstanceStartException(fault);
            }

            await notifications.PublishUpdateAsync(instance.Resource, instance.Id, s =>
                s.State?.Text == KnownResourceStates.Waiting ? s with { State = KnownResourceStates.Starting } : s).ConfigureAwait(false);
            var runner = _runners.First(r => r.Runs(instance.Resource));
            var running = await runner.StartAsync(instance, stop.Token).ConfigureAwait(false);
            instance.Running = running;
            endpoints.Attach(instance);
            await SayRunningAsync(instance, running).ConfigureAwait(false);
            instance.EndPublished = SayEndedAsync(instance, running, runner.EndState);
            if (stop.IsCancellationRequested)
            {
                await EndAsync(instance).ConfigureAwait(false);
            }
        }
        catch (Exception ex) when (!stop.IsCancellationRequested)
        {
            await FailAsync([instance], ex).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The application ends while this was being started.
        }
    }

    private Task SayRunningAsync(ResourceInstance instance, IRunningInstance running) =>
        notifications.PublishUpdateAsync(instance.Resource, instance.Id, s => s with
        {
            State = KnownResourceStates.Running,
            ExitCode = null,
            StartTimeStamp = DateTime.UtcNow,
            StopTimeStamp = null,
            Properties = [.. s.Properties.Where(p => !running.Properties.Any(n => n.Name == p.Name)), .. running.Properties],
            EnvironmentVariables = running.Environment,
            Urls = [.. s.Urls.Select(u => u with { IsInactive = false })],
        });

    private async Task SayEndedAsync(ResourceInstance instance, IRunningInstance running, string state)
    {
        var exitCode = await running.Ended.ConfigureAwait(false);
        endpoints.Detach(instance);
        await notifications.PublishUpdateAsync(instance.Resource, instance.Id, s => s with
        {
            State = state,
            ExitCode = exitCode,
            StopTimeStamp = DateTime.UtcNow,
            Urls = [.. s.Urls.Select(u => u.Name is null ? u : u with { IsInactive = true })],
        }).ConfigureAwait(false);
        if (notifications.TryGetCurrentState(instance.Id, out var last))
        {
            await events.StoppedAsync(instance.Resource, last, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task EndAsync(ResourceInstance instance)
    {
        if (instance.Running is not { } running)
        {
            return;
        }

        endpoints.Detach(instance);
        if (!running.Ended.IsCompleted)
        {
            await notifications.PublishUpdateAsync(instance.Resource, instance.Id, s => s with { State = KnownResourceStates.Stopping }).ConfigureAwait(false);
        }

        await running.StopAsync().ConfigureAwait(false);
        await instance.EndPublished.ConfigureAwait(false);
        instance.Running = null;
    }

    private async Task FailAsync(ImmutableArray<ResourceInstance> instances, Exception exception)
    {
        var known = exception is InstanceStartException or DistributedApplicationException or NotSupportedException or InvalidOperationException;
        foreach (var instance in instances)
        {
            var logger = loggers.GetLogger(instance.Id);
            if (known)
            {
                OrchestrationLog.CannotStart(logger, exception.Message);
            }
            else
            {
                OrchestrationLog.FailedToStart(logger, instance.Resource.Name, exception.Message, exception);
            }

            var state = (exception as InstanceStartException)?.State ?? KnownResourceStates.FailedToStart;
            await notifications.PublishUpdateAsync(instance.Resource, instance.Id, s => s with
            {
                State = new ResourceStateSnapshot(state, KnownResourceStateStyles.Error),
            }).ConfigureAwait(false);
        }
    }

    private static async Task<IDisposable> GatesAsync(ImmutableArray<ResourceInstance> instances, CancellationToken cancellationToken)
    {
        var held = new HeldGates();
        try
        {
            foreach (var instance in instances)
            {
                await instance.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
                held.Add(instance.Gate);
            }

            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private sealed class HeldGates : IDisposable
    {
        private readonly List<SemaphoreSlim> _gates = [];

        public void Add(SemaphoreSlim gate) => _gates.Add(gate);

        public void Dispose()
        {
            foreach (var gate in _gates)
            {
                gate.Release();
            }
        }
    }
}
