using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Unit.Hosting;

/// <summary>Application models to look at. Nothing in them is ever started.</summary>
internal static class HostingModel
{
    /// <summary>A builder for a local run. The nodes are processes unless the arguments say otherwise, whatever this machine has.</summary>
    public static IDistributedApplicationBuilder Run(params string[] args) =>
        DistributedApplication.CreateBuilder(["--RedisCluster:Nodes=Processes", .. args]);

    public static IDistributedApplicationBuilder Publish(string outputPath = "unused.json") =>
        DistributedApplication.CreateBuilder(["--publisher", "manifest", "--output-path", outputPath]);

    public static EndpointAnnotation Endpoint(this IResource resource, string name) =>
        resource.Annotations.OfType<EndpointAnnotation>().Single(endpoint => endpoint.Name == name);

    public static async Task<Dictionary<string, object>> EnvironmentOfAsync(IDistributedApplicationBuilder builder, IResource resource)
    {
        var context = new EnvironmentCallbackContext(builder.ExecutionContext, resource, [], TestContext.Current.CancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        return context.EnvironmentVariables;
    }

    public static async Task<IList<object>> ArgumentsOfAsync(IDistributedApplicationBuilder builder, IResource resource)
    {
        var context = new CommandLineArgsCallbackContext([], resource, TestContext.Current.CancellationToken) { ExecutionContext = builder.ExecutionContext };
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        return context.Args;
    }
}
