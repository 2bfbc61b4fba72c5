using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>The builder of an AppHost's own Program, before it builds.</summary>
internal sealed class EntryPointTestingBuilder(AppHostRun run, DistributedApplicationBuilder inner) : IDistributedApplicationTestingBuilder
{
    public ConfigurationManager Configuration => inner.Configuration;

    public string AppHostDirectory => inner.AppHostDirectory;

    public Assembly? AppHostAssembly => inner.AppHostAssembly;

    public IHostEnvironment Environment => inner.Environment;

    public IServiceCollection Services => inner.Services;

    public IDistributedApplicationEventing Eventing => inner.Eventing;

    public DistributedApplicationExecutionContext ExecutionContext => inner.ExecutionContext;

    public IResourceCollection Resources => inner.Resources;

    public IDistributedApplicationPipeline Pipeline => inner.Pipeline;

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource => inner.AddResource(resource);

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => inner.CreateResourceBuilder(resource);

    public DistributedApplication Build() => BuildAsync().GetAwaiter().GetResult();

    public async Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default) =>
        new EntryPointApplication(run, await run.BuildAsync(cancellationToken).ConfigureAwait(false));

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public ValueTask DisposeAsync() => run.DisposeAsync();

    private sealed class EntryPointApplication(AppHostRun run, DistributedApplication inner) : DistributedApplication(new EntryPointHost(run, inner))
    {
        // The entry point starts and stops its application, events included: here is only waited for that.
        public override Task StartAsync(CancellationToken cancellationToken = default) => run.StartAsync(cancellationToken);

        public override async Task RunAsync(CancellationToken cancellationToken = default)
        {
            await run.StartAsync(cancellationToken).ConfigureAwait(false);
            await inner.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private sealed class EntryPointHost(AppHostRun run, DistributedApplication inner) : IHost, IAsyncDisposable
    {
        public IServiceProvider Services => inner.Services;

        public Task StartAsync(CancellationToken cancellationToken = default) => run.StartAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken = default) => run.DisposeAsync().AsTask().WaitAsync(cancellationToken);

        public void Dispose() => run.DisposeAsync().AsTask().GetAwaiter().GetResult();

        public ValueTask DisposeAsync() => run.DisposeAsync();
    }
}
