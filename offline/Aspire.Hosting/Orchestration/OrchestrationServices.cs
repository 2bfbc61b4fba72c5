using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Orchestration.Containers;
using Aspire.Hosting.Orchestration.Health;
using Aspire.Hosting.Orchestration.Networking;
using Aspire.Hosting.Orchestration.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Aspire.Hosting.Orchestration;

internal static class OrchestrationServices
{
    /// <summary>What runs the resources. For run mode only; once per builder.</summary>
    public static void Add(IServiceCollection services, IDistributedApplicationEventing eventing)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<InstanceRegistry>();
        services.AddSingleton<EndpointAllocator>();
        services.AddSingleton<ResourceEvents>();
        services.AddSingleton<ResourceUrls>();
        services.AddSingleton<DependencyGate>();
        services.AddSingleton<ResourceLifecycle>();
        services.AddSingleton(provider => new ProjectOutput(provider.GetRequiredService<DistributedApplicationOptions>().Assembly));
        services.AddSingleton(_ => new Lazy<ProcessWatchdog>(() => new ProcessWatchdog()));
        services.AddSingleton<IInstanceRunner, ProcessRunner>();
        services.AddContainers();
        services.AddSingleton<Orchestrator>();
        // In this order: the monitor has to see the first state that is published.
        services.AddHostedService<ResourceLogForwarder>();
        services.AddHostedService<HealthMonitor>();
        services.AddHostedService(provider => provider.GetRequiredService<Orchestrator>());
        eventing.Subscribe<BeforeStartEvent>((e, _) =>
        {
            e.Services.GetRequiredService<Orchestrator>().Prepare();
            return Task.CompletedTask;
        });
    }
}
