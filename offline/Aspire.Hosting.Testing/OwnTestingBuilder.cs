using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>An application that a test puts together itself.</summary>
internal sealed class OwnTestingBuilder : IDistributedApplicationTestingBuilder
{
    private readonly DistributedApplicationBuilder _inner;
    private DistributedApplication? _application;

    public OwnTestingBuilder(string[] args, Assembly? appHost, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure)
    {
        using var observer = new BuilderObserver { Constructing = (options, settings) => TestConfiguration.Apply(options, settings, [], appHost, configure) };
        using var entered = observer.Enter();
        _inner = new DistributedApplicationBuilder(args);
    }

    public ConfigurationManager Configuration => _inner.Configuration;

    public string AppHostDirectory => _inner.AppHostDirectory;

    public Assembly? AppHostAssembly => _inner.AppHostAssembly;

    public IHostEnvironment Environment => _inner.Environment;

    public IServiceCollection Services => _inner.Services;

    public IDistributedApplicationEventing Eventing => _inner.Eventing;

    public DistributedApplicationExecutionContext ExecutionContext => _inner.ExecutionContext;

    public IResourceCollection Resources => _inner.Resources;

    public IDistributedApplicationPipeline Pipeline => _inner.Pipeline;

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource => _inner.AddResource(resource);

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => _inner.CreateResourceBuilder(resource);

    public DistributedApplication Build() => _application = _inner.Build();

    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Build());
    }

    public void Dispose() => _application?.Dispose();

    public ValueTask DisposeAsync() => _application?.DisposeAsync() ?? ValueTask.CompletedTask;
}
