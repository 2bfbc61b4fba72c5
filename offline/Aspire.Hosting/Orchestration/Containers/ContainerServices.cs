using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Orchestration.Containers;

internal static class ContainerServices
{
    /// <summary>Nothing of it is made, and no runtime is looked for, before a container is started.</summary>
    public static void AddContainers(this IServiceCollection services)
    {
        services.AddSingleton<ContainerRuntime>();
        services.AddSingleton<IRunCleanup>(provider => provider.GetRequiredService<ContainerRuntime>());
        services.AddSingleton<IInstanceRunner, ContainerRunner>();
    }
}
