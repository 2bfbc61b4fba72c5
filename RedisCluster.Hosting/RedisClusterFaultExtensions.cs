using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RedisCluster.Hosting.Faults;

namespace Aspire.Hosting;

/// <summary>Faults made on purpose in a local run.</summary>
public static class RedisClusterFaultExtensions
{
    /// <summary>
    /// Lets a project kill, freeze, thaw, start and stop the cluster's nodes in a local run, as <c>netbox drill</c> does. The AppHost listens on
    /// 127.0.0.1 at a free port for it and tells it where and with what token (<c>REDISCLUSTER_CONTROL_URL</c>, <c>REDISCLUSTER_CONTROL_TOKEN</c>);
    /// a <c>netbox</c> in a shell of the same user finds both in the run's private folder. Published, this does nothing.
    /// </summary>
    /// <param name="builder">The project, or whatever else takes environment variables.</param>
    /// <param name="cluster">The cluster.</param>
    /// <returns>The project.</returns>
    public static IResourceBuilder<T> WithFaultControl<T>(this IResourceBuilder<T> builder, IResourceBuilder<RedisClusterResource> cluster)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(cluster);
        var application = builder.ApplicationBuilder;
        if (!application.ExecutionContext.IsRunMode)
        {
            return builder;
        }

        Task<ControlAddress>? opening = null;
        application.Services.TryAddSingleton<FaultControl>();
        application.Eventing.Subscribe<BeforeStartEvent>((start, _) =>
        {
            opening = start.Services.GetRequiredService<FaultControl>().OpenAsync(cluster.Resource);
            return Task.CompletedTask;
        });
        return builder.WithEnvironment(async context =>
        {
            if (opening is not null)
            {
                var address = await opening.ConfigureAwait(false);
                context.EnvironmentVariables[FaultControlContract.UrlVariable] = address.Url;
                context.EnvironmentVariables[FaultControlContract.TokenVariable] = address.Token;
            }
        });
    }
}
