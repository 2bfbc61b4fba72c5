using Aspire.Hosting.ApplicationModel;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>What AddProject derives from a project's launch profile and Kestrel configuration: endpoints and environment.</summary>
internal static class ProjectDefaults
{
    public static IResourceBuilder<ProjectResource> Apply(IResourceBuilder<ProjectResource> builder, ProjectResourceOptions options)
    {
        var application = builder.ApplicationBuilder;
        var project = builder.Resource;
        var runs = application.ExecutionContext.IsRunMode;
        builder.WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "in_memory");
        if (runs && application.Environment.IsDevelopment())
        {
            builder.WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION", "true");
            builder.WithEnvironment("OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION", "true");
        }

        OtlpEnvironment.Add(builder);
        if (runs)
        {
            builder.WithEnvironment(context =>
            {
                context.EnvironmentVariables["LOGGING__CONSOLE__FORMATTERNAME"] = "simple";
                context.EnvironmentVariables["LOGGING__CONSOLE__FORMATTEROPTIONS__TIMESTAMPFORMAT"] = "yyyy-MM-ddTHH:mm:ss.fffffff ";
            });
        }
        else
        {
            builder.WithEnvironment(context =>
            {
                if (project.GetEndpoints().Any() && !project.HasAnnotationOfType<DisableForwardedHeadersAnnotation>())
                {
                    context.EnvironmentVariables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
                }
            });
        }

        ChooseLaunchProfile(builder, options);
        var profile = project.EffectiveLaunchProfile();
        var kestrel = options.ExcludeKestrelEndpoints ? new KestrelEndpoints([], null) : KestrelEndpoints.Read(project.GetProjectMetadata().ProjectPath);
        kestrel.AddTo(builder);
        if (runs)
        {
            AddRunEndpoints(builder, profile, kestrel);
        }
        else
        {
            AddPublishEndpoints(builder, profile, kestrel);
        }

        return builder;
    }

    private static void ChooseLaunchProfile(IResourceBuilder<ProjectResource> builder, ProjectResourceOptions options)
    {
        var configuration = builder.ApplicationBuilder.Configuration;
        if (options.ExcludeLaunchProfile)
        {
            builder.WithAnnotation(new ExcludeLaunchProfileAnnotation());
        }
        else if (!string.IsNullOrEmpty(options.LaunchProfileName))
        {
            builder.WithAnnotation(new LaunchProfileAnnotation(options.LaunchProfileName));
        }
        else if ((configuration["AppHost:DefaultLaunchProfileName"] ?? configuration["DOTNET_LAUNCH_PROFILE"]) is { Length: > 0 } appHosts)
        {
            builder.WithAnnotation(new DefaultLaunchProfileAnnotation(appHosts));
        }
    }

    private static void AddRunEndpoints(IResourceBuilder<ProjectResource> builder, (string Name, LaunchProfile Profile)? effective, KestrelEndpoints kestrel)
    {
        if (!kestrel.Any)
        {
            builder.WithEnvironment(context => SetUrls(builder.Resource, context));
        }

        if (effective is not { } found)
        {
            return;
        }

        if (!kestrel.Any)
        {
            var countByScheme = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
            foreach (var url in found.Profile.ApplicationUrl?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [])
            {
                var address = BindingAddress.Parse(url);
                var count = countByScheme[address.Scheme] = countByScheme.GetValueOrDefault(address.Scheme) + 1;
                builder.WithEndpoint(count == 1 ? address.Scheme : $"{address.Scheme}{count}", endpoint =>
                {
                    endpoint.Port = address.Port;
                    endpoint.TargetHost = KestrelEndpoints.Host(address);
                    endpoint.UriScheme = address.Scheme;
                    endpoint.FromLaunchProfile = true;
                    kestrel.SetTransport(endpoint, null);
                });
            }

            AddLaunchUrl(builder, found.Profile.LaunchUrl);
        }

        builder.WithEnvironment(context =>
        {
            context.EnvironmentVariables.TryAdd("DOTNET_LAUNCH_PROFILE", found.Name);
            foreach (var (name, value) in found.Profile.EnvironmentVariables)
            {
                context.EnvironmentVariables.TryAdd(name, Environment.ExpandEnvironmentVariables(value));
            }
        });
    }

    private static void AddLaunchUrl(IResourceBuilder<ProjectResource> builder, string? launchUrl)
    {
        if (!Uri.TryCreate(launchUrl, UriKind.RelativeOrAbsolute, out var launch))
        {
            return;
        }

        builder.WithUrls(context =>
        {
            foreach (var url in context.Urls.Where(u => u.Endpoint is { Exists: true } endpoint && endpoint.EndpointAnnotation.FromLaunchProfile))
            {
                url.Url = launch.IsAbsoluteUri ? launch.ToString() : new Uri(new Uri(url.Url), launch).ToString();
            }
        });
    }

    private static void AddPublishEndpoints(IResourceBuilder<ProjectResource> builder, (string Name, LaunchProfile Profile)? effective, KestrelEndpoints kestrel)
    {
        EndpointAnnotation? defaultHttps = null;
        if (!kestrel.Any)
        {
            builder.WithEnvironment(context =>
            {
                SetPorts(context, "HTTP_PORTS", "http");
                SetPorts(context, "HTTPS_PORTS", "https");
            });
            if (effective?.Profile.ApplicationUrl is null)
            {
                return;
            }
        }

        // Who runs it decides about TLS later: both are written, on one port.
        var http = Ensure("http");
        var https = Ensure("https");
        http.TargetPort = https.TargetPort = http.TargetPort ?? https.TargetPort;

        EndpointAnnotation Ensure(string scheme)
        {
            if (Find() is not { } endpoint)
            {
                builder.WithEndpoint(scheme, created =>
                {
                    created.UriScheme = scheme;
                    kestrel.SetTransport(created, null);
                });
                endpoint = Find()!;
                defaultHttps = scheme == "https" ? endpoint : defaultHttps;
            }

            return endpoint;

            EndpointAnnotation? Find() =>
                builder.Resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => e.UriScheme == scheme || string.Equals(e.Name, scheme, StringComparison.OrdinalIgnoreCase));
        }

        void SetPorts(EnvironmentCallbackContext context, string variable, string scheme)
        {
            var ports = new ReferenceExpressionBuilder();
            foreach (var endpoint in Injected(builder.Resource).Where(e => e.Scheme == scheme && e.EndpointAnnotation != defaultHttps))
            {
                ports.AppendLiteral(ports.IsEmpty ? string.Empty : ";");
                ports.Append($"{endpoint.Property(EndpointProperty.TargetPort)}");
            }

            if (!ports.IsEmpty)
            {
                context.EnvironmentVariables.TryAdd(variable, ports.Build());
            }
        }
    }

    private static void SetUrls(ProjectResource project, EnvironmentCallbackContext context)
    {
        if (context.EnvironmentVariables.ContainsKey("ASPNETCORE_URLS"))
        {
            return;
        }

        var urls = new ReferenceExpressionBuilder();
        foreach (var endpoint in Injected(project))
        {
            if (endpoint.IsHttps)
            {
                context.EnvironmentVariables.TryAdd("ASPNETCORE_HTTPS_PORT", endpoint.Property(EndpointProperty.Port));
            }

            urls.AppendLiteral(urls.IsEmpty ? string.Empty : ";");
            urls.Append($"{endpoint.Property(EndpointProperty.Scheme)}://{endpoint.EndpointAnnotation.TargetHost}:{endpoint.Property(EndpointProperty.TargetPort)}");
        }

        if (!urls.IsEmpty)
        {
            context.EnvironmentVariables["ASPNETCORE_URLS"] = urls.Build();
        }
    }

    public static IEnumerable<EndpointReference> Injected(ProjectResource project)
    {
        EndpointEnvironmentFilterAnnotation[] filters = [.. project.Annotations.OfType<EndpointEnvironmentFilterAnnotation>()];
        return project.GetEndpoints().Where(e => e.IsHttp || e.IsHttps).Where(e => filters.All(f => f.Filter(e.EndpointAnnotation)));
    }
}
