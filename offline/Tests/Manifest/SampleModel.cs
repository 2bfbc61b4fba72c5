using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Offline.Tests.Manifest;

/// <summary>The model that the sample manifest of the real publisher was written for.</summary>
internal static class SampleModel
{
    public static void Build(IDistributedApplicationBuilder builder)
    {
        var pw = builder.AddParameter("pw", secret: true);
        var external = builder.AddConnectionString("external");
        var cache = builder.AddRedis("cache", port: 6390).WithDataVolume().WithPersistence(TimeSpan.FromSeconds(60), 10);
        var node = builder.AddContainer("node-0", "redis", "8.2")
            .WithImageRegistry("docker.io")
            .WithImage("library/redis")
            .WithArgs("redis-server", "--cluster-enabled", "yes", "--port", "6379")
            .WithEnvironment("A", "b")
            .WithEnvironment("PW", pw)
            .WithVolume("node-0-data", "/data")
            .WithBindMount("conf", "/conf", isReadOnly: true)
            .WithEndpoint(targetPort: 6379, name: "tcp", scheme: "tcp")
            .WithEndpoint(port: 16379, targetPort: 16379, name: "bus", scheme: "tcp", isProxied: false);
        builder.AddProject<Api>("api")
            .WithReference(cache)
            .WithReference(external)
            .WithReference(node.GetEndpoint("tcp"))
            .WaitFor(cache)
            .WithExternalHttpEndpoints()
            .WithReplicas(2)
            .WithEnvironment("NODE0", node.GetEndpoint("tcp"))
            .WithEnvironment("NODE0_HOST", node.GetEndpoint("tcp").Property(EndpointProperty.Host));
    }

    public sealed class Api : IProjectMetadata
    {
        public string ProjectPath => Path.Combine(Root, "Api", "Api.csproj");

        public LaunchSettings? LaunchSettings { get; } = new()
        {
            Profiles = { ["http"] = new LaunchProfile { CommandName = "Project", ApplicationUrl = "http://localhost:5123" } },
        };
    }

    /// <summary>Stands for the folder that holds the AppHost's.</summary>
    public static string Root { get; } = Path.Combine(Path.GetTempPath(), "offline-manifest", "full");
}
