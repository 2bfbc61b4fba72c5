using Aspire.Hosting.ApplicationModel;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>The endpoints a project's own appsettings.json gives to Kestrel: they win over the launch profile.</summary>
internal sealed record KestrelEndpoints(IReadOnlyList<KestrelEndpoints.Entry> Entries, string? DefaultProtocols)
{
    public sealed record Entry(string Name, BindingAddress Address, string? Protocols);

    public bool Any => Entries.Count > 0;

    public static KestrelEndpoints Read(string projectPath)
    {
        var folder = Path.GetDirectoryName(projectPath)!;
        var environment = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT");
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(folder, "appsettings.json"), optional: true)
            .AddJsonFile(Path.Combine(folder, $"appsettings.{environment}.json"), optional: true)
            .Build();
        var entries = configuration.GetSection("Kestrel:Endpoints").GetChildren()
            .Where(e => e["Url"] is not null)
            .Select(e => new Entry(e.Key, BindingAddress.Parse(e["Url"]!), e["Protocols"]));
        return new KestrelEndpoints([.. entries], configuration["Kestrel:EndpointDefaults:Protocols"]);
    }

    public static string Host(BindingAddress address) => address.Host is "127.0.0.1" or "[::1]" ? KnownHostNames.Localhost : address.Host;

    public void SetTransport(EndpointAnnotation endpoint, string? protocols)
    {
        if ((protocols ?? DefaultProtocols) == "Http2")
        {
            endpoint.Transport = "http2";
        }
    }

    public void AddTo(IResourceBuilder<ProjectResource> builder)
    {
        var publishes = builder.ApplicationBuilder.ExecutionContext.IsPublishMode;
        var hosts = new Dictionary<EndpointAnnotation, string>();
        foreach (var scheme in Entries.GroupBy(e => e.Address.Scheme))
        {
            foreach (var entry in scheme)
            {
                builder.WithEndpoint(scheme.Count() == 1 ? scheme.Key : entry.Name, endpoint =>
                {
                    endpoint.UriScheme = entry.Address.Scheme;
                    endpoint.TargetHost = Host(entry.Address);
                    endpoint.TargetPort = publishes ? entry.Address.Port : endpoint.TargetPort;
                    endpoint.Port = publishes ? endpoint.Port : entry.Address.Port;
                    SetTransport(endpoint, entry.Protocols);
                    hosts[endpoint] = endpoint.TargetHost;
                });
            }
        }

        if (Any)
        {
            // The configured port is the one people see; the process is told the one behind it.
            builder.WithEnvironment(context =>
            {
                foreach (var endpoint in ProjectDefaults.Injected(builder.Resource).Where(e => hosts.ContainsKey(e.EndpointAnnotation)))
                {
                    var host = publishes ? "*" : hosts[endpoint.EndpointAnnotation];
                    context.EnvironmentVariables[$"Kestrel__Endpoints__{endpoint.EndpointName}__Url"] =
                        ReferenceExpression.Create($"{endpoint.Scheme}://{host}:{endpoint.Property(EndpointProperty.TargetPort)}");
                }
            });
        }
    }
}
