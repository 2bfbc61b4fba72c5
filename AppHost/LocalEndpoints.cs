using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RedisCluster.Hosting.Local;

namespace AppHost;

/// <summary>Endpoints at a port that people can remember, where it is free.</summary>
internal static class LocalEndpoints
{
    private const string EndpointName = "http";

    /// <summary>An http endpoint: at the port asked for, or else at the next free one from the usual one on. Published, the platform decides.</summary>
    public static IResourceBuilder<ProjectResource> WithLocalHttpEndpoint(this IResourceBuilder<ProjectResource> builder, LocalPort port)
    {
        var application = builder.ApplicationBuilder;
        builder.WithHttpEndpoint(name: EndpointName);
        if (!application.ExecutionContext.IsRunMode || IsTest(application.Configuration))
        {
            return builder;
        }

        application.Eventing.Subscribe<BeforeStartEvent>((start, _) =>
        {
            var chosen = LocalPortPlan.TakeOne(
                start.Services.GetRequiredService<LocalRun>(), builder.Resource.Name, port.Port, port.IsAskedFor, port.Key);
            builder.WithEndpoint(EndpointName, endpoint => endpoint.Port = chosen, createIfNotExists: false);
            return Task.CompletedTask;
        });
        return builder;
    }

    /// <summary>Whether the application is under test: Aspire's testing package gives endpoints random ports.</summary>
    public static bool IsTest(IConfiguration configuration) => configuration.GetValue("DcpPublisher:RandomizePorts", defaultValue: false);
}
