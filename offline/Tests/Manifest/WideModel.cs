using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Offline.Tests.Manifest;

/// <summary>A model with one of everything a manifest can tell apart; written by the real publisher into wide.json.</summary>
internal static class WideModel
{
    public static void Build(IDistributedApplicationBuilder builder)
    {
        var plain = builder.AddParameter("plain");
        var shown = builder.AddParameter("shown", "a{b}", publishValueAsDefault: true);
        var generated = builder.AddParameter("generated", new GenerateParameterDefault { MinLength = 30, Upper = false, MinNumeric = 3 }, secret: true);
        var cache = builder.AddRedis("cache").WithImage("valkey/valkey", "8.1").WithImageRegistry("example.org:5000").WithConnectionProperty("Extra", "e");
        var bare = builder.AddRedis("bare").WithPassword(null).WithDataVolume("bare-data", isReadOnly: true);
        var digest = builder.AddContainer("digest", "ghcr.io/owner/tool@sha256:00112233")
            .WithEntrypoint("/bin/tool")
            .WithVolume("/anonymous")
            .WithHttpEndpoint(name: "first")
            .WithHttpEndpoint(port: 9000, name: "second")
            .WithHttpEndpoint(port: 9001, targetPort: 8080, name: "third", env: "THIRD_PORT")
            .WithHttpsEndpoint(targetPort: 8443)
            .WithEndpoint(name: "free", scheme: "amqp", isExternal: true)
            .WithEndpoint(name: "udp", protocol: System.Net.Sockets.ProtocolType.Udp, targetPort: 53)
            .WithArgs("--plain", "x")
            .WithArgs(context =>
            {
                context.Args.Add(plain);
                context.Args.Add(ReferenceExpression.Create($"--both={plain}:{generated:uri}"));
            })
            .WithEnvironment("BRACES", "{not a hole}")
            .WithEnvironment("HOLE", $"<{plain}>{{literal}}")
            .WithContainerRuntimeArgs("--cpus=1");
        builder.AddContainer("latest", "nginx").WithEndpoint("late", e => { e.TargetPort = 80; e.UriScheme = "http"; e.Transport = "http2"; });
        builder.AddExecutable("tool", "./run", "tools", "one", "two")
            .WithHttpEndpoint(env: "PORT")
            .WithEndpoint(port: 7000, name: "raw", isProxied: false)
            .WithReference(bare)
            .WithReference(cache, connectionName: "other-1", optional: true)
            .WithEnvironment("SHOWN", shown);
        var first = builder.AddProject<First>("first").WithHttpEndpoint(name: "admin").WithArgs("serve").AsHttp2Service();
        builder.AddProject<Silent>("silent").WithReference(first).WithReference(first, "alias").WithReference(digest.GetEndpoint("third")).WithReferenceRelationship(cache);
        builder.AddProject<First>("second", launchProfileName: "https").DisableForwardedHeaders().WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ServiceDiscovery)
            .WithReference(cache).WithReference(first).WithHttpEndpoint(port: 5555, name: "http", targetPort: 8088);
        builder.AddProject<First>("third", launchProfileName: null).WithEnvironment("URL", first.GetEndpoint("https")).WithEnvironment("CS", cache);
        builder.AddResource(new Composite("composite", ReferenceExpression.Create($"{cache.Resource.PrimaryEndpoint.Property(EndpointProperty.HostAndPort)};{plain}"))).WithParentRelationship(cache);
        builder.AddResource(new Mute("mute"));
        builder.AddContainer("hidden", "nginx").ExcludeFromManifest();
        builder.AddContainer("custom", "nginx").WithManifestPublishingCallback(context =>
        {
            context.Writer.WriteString("type", "custom.v0");
            context.Writer.WriteString("path", context.GetManifestRelativePath(Path.Combine(SampleModel.Root, "x")));
        });
    }

    public sealed class First : IProjectMetadata
    {
        public string ProjectPath => Path.Combine(SampleModel.Root, "First", "First.csproj");

        public LaunchSettings? LaunchSettings { get; } = new()
        {
            Profiles =
            {
                ["http"] = new LaunchProfile { CommandName = "Project", ApplicationUrl = "http://localhost:5123", EnvironmentVariables = { ["ASPNETCORE_ENVIRONMENT"] = "Development" } },
                ["https"] = new LaunchProfile { CommandName = "Project", ApplicationUrl = "https://localhost:7123;http://localhost:5124" },
            },
        };
    }

    public sealed class Silent : IProjectMetadata
    {
        public string ProjectPath => Path.Combine(SampleModel.Root, "Silent", "Silent.csproj");

        public LaunchSettings? LaunchSettings { get; } = new();
    }

    private sealed class Composite(string name, ReferenceExpression expression) : Resource(name), IResourceWithConnectionString
    {
        public ReferenceExpression ConnectionStringExpression { get; } = expression;
    }

    private sealed class Mute(string name) : Resource(name);
}
