using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Pipelines;
using Aspire.Hosting.Publishing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

public class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly DistributedApplicationOptions _options;
    private readonly DistributedApplicationExecutionContextOptions _executionOptions;
    private readonly HostApplicationBuilder _host;

    public DistributedApplicationBuilder(string[] args)
        : this(new DistributedApplicationOptions { Args = args ?? throw new ArgumentNullException(nameof(args)) })
    {
    }

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        var settings = new HostApplicationBuilderSettings { Args = options.Args, Configuration = new ConfigurationManager() };
        settings.Configuration.AddEnvironmentVariables("ASPIRE_");
        BuilderEvents.Tell(BuilderEvents.Constructing, (options, settings));

        _host = new HostApplicationBuilder(settings);
        AppHostDirectory = options.ProjectDirectory ?? _host.Environment.ContentRootPath;
        var name = options.ProjectName ?? _host.Environment.ApplicationName;
        AppHostPath = Path.GetFullPath(Path.Join(AppHostDirectory, name));
        Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AppHost:Directory"] = AppHostDirectory,
            ["AppHost:Path"] = AppHostPath,
            ["AppHost:DashboardApplicationName"] = options.DashboardApplicationName ?? _host.Environment.ApplicationName,
        });
        AppHostSwitches.AddTo(Configuration, options.Args ?? []);
        _executionOptions = AppHostSwitches.Operation(Configuration);
        ExecutionContext = new DistributedApplicationExecutionContext(_executionOptions);
        Configuration.AddInMemoryCollection(Hashes(name));
        AddServices();
        BuilderEvents.Tell(BuilderEvents.Constructed, this);
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public string AppHostDirectory { get; }

    public string AppHostPath { get; }

    public Assembly? AppHostAssembly => _options.Assembly;

    public DistributedApplicationExecutionContext ExecutionContext { get; }

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public IDistributedApplicationEventing Eventing { get; } = new DistributedApplicationEventing();

    public IDistributedApplicationPipeline Pipeline { get; } = new DistributedApplicationPipeline();

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        ModelName.Validate("Resource", resource.Name);
        if (Resources.TryGetByName(resource.Name, out var other))
        {
            throw new DistributedApplicationException(
                $"Cannot add resource of type '{resource.GetType()}' with name '{resource.Name}' because resource of type '{other.GetType()}' with that name already exists. Resource names are case-insensitive.");
        }

        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        return new DistributedApplicationResourceBuilder<T>(this, resource);
    }

    public DistributedApplication Build()
    {
        BuilderEvents.Tell(BuilderEvents.Building, this);
        if (Resources.GroupBy(r => r.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new DistributedApplicationException($"Multiple resources with the name '{twice.Key}'. Resource names are case-insensitive.");
        }

        var application = new DistributedApplication(_host.Build());
        _executionOptions.ServiceProvider = application.Services;
        BuilderEvents.Tell(BuilderEvents.Built, application);
        return application;
    }

    // Names of volumes contain it: in run mode it tells two checkouts apart, in a manifest it must not depend on where the checkout lies.
    private Dictionary<string, string?> Hashes(string name)
    {
        var given = Configuration["AppHostSha"] is { Length: > 0 } sha ? sha : null;
        var path = given ?? Sha256(AppHostPath.ToLowerInvariant());
        var project = given ?? Sha256(name);
        return new Dictionary<string, string?>
        {
            ["AppHost:PathSha256"] = path,
            ["AppHost:ProjectNameSha256"] = project,
            ["AppHost:Sha256"] = ExecutionContext.IsPublishMode ? project : path,
        };

        static string Sha256(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private void AddServices()
    {
        var services = Services;
        _host.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        _host.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService", LogLevel.None);
        _host.Logging.AddFilter($"System.Net.Http.HttpClient.{EndpointHealthCheck.ClientName}", LogLevel.Warning);
        _host.Logging.AddConfiguration(Configuration.GetSection("Logging"));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_options);
        services.AddSingleton(ExecutionContext);
        services.AddSingleton(Eventing);
        services.AddSingleton(Pipeline);
        services.AddSingleton(_ => new DistributedApplicationModel(Resources));
        services.AddSingleton<ResourceLoggerService>();
        services.AddSingleton<ResourceNotificationService>();
        services.AddSingleton(s => new ResourceCommandService(s.GetRequiredService<ResourceNotificationService>(), s.GetRequiredService<ResourceLoggerService>(), s));
        services.AddSingleton<IPipelineOutputService, PipelineOutputService>();
        services.AddHealthChecks();
        services.AddHttpClient();
        services.Configure<PipelineOptions>(Configuration.GetSection("Pipeline"));
        services.Configure<ResourceNotificationServiceOptions>(o =>
            o.DefaultWaitBehavior = _options.DisableDashboard ? WaitBehavior.StopOnResourceUnavailable : WaitBehavior.WaitOnResourceUnavailable);
        Pipeline.AddStep(ManifestStep.Create());
        services.AddHostedService<DistributedApplicationLifecycle>();
        if (ExecutionContext.IsPublishMode)
        {
            services.AddHostedService<PipelineExecutor>();
        }
        else
        {
            Orchestration.OrchestrationServices.Add(services, Eventing);
        }
    }
}

/// <summary>How Aspire.Hosting.Testing gets at a builder that a Program makes.</summary>
internal static class BuilderEvents
{
    public const string ListenerName = "Aspire.Hosting";
    public const string Constructing = "DistributedApplicationBuilderConstructing";
    public const string Constructed = "DistributedApplicationBuilderConstructed";
    public const string Building = "DistributedApplicationBuilding";
    public const string Built = "DistributedApplicationBuilt";

    public static void Tell(string name, object payload)
    {
        using var listener = new DiagnosticListener(ListenerName);
        if (listener.IsEnabled(name))
        {
            listener.Write(name, payload);
        }
    }
}
