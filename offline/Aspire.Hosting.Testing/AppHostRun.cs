using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>The entry point of an AppHost, running in this process and held up where it builds its application.</summary>
internal sealed class AppHostRun : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource<DistributedApplicationBuilder> _builder = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _application = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _mayBuild = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MethodInfo _entryPoint;
    private readonly string[] _args;
    private readonly Action<DistributedApplicationOptions, HostApplicationBuilderSettings> _configure;
    private bool _disposed;

    public AppHostRun(Type entryPoint, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure)
    {
        _entryPoint = entryPoint.Assembly.EntryPoint
            ?? throw new InvalidOperationException($"Assembly of specified type {entryPoint.Name} does not have an entry point.");
        _args = args;
        _configure = configure;
        // A background thread: an entry point that never returns must not keep the tests from ending.
        new Thread(Run) { IsBackground = true, Name = $"{entryPoint.Assembly.GetName().Name}.EntryPoint" }.Start();
    }

    public Task<DistributedApplicationBuilder> Builder => _builder.Task;

    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken)
    {
        _mayBuild.TrySetResult(true);
        return _application.Task.WaitAsync(cancellationToken);
    }

    /// <summary>The entry point itself starts what it built: this waits until it has.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var application = await BuildAsync(cancellationToken).ConfigureAwait(false);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = application.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() => started.TrySetResult());
        await Task.WhenAny(started.Task, _ended.Task).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!started.Task.IsCompleted)
        {
            await _ended.Task.ConfigureAwait(false);
            throw new InvalidOperationException("The AppHost's entry point returned before its application had started.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_mayBuild.TrySetResult(false) || !_application.Task.IsCompletedSuccessfully)
        {
            await _ended.Task.WaitAsync(StopLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        var application = await _application.Task.ConfigureAwait(false);
        try
        {
            application.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself.
        }

        await _ended.Task.WaitAsync(StopLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await application.DisposeAsync().ConfigureAwait(false);
    }

    private void Run()
    {
        using var observer = new BuilderObserver
        {
            Constructing = (options, settings) => TestConfiguration.Apply(options, settings, _args, _entryPoint.DeclaringType!.Assembly, _configure),
            Building = Hold,
            Built = application => _application.TrySetResult(application),
        };
        using var entered = observer.Enter();
        try
        {
            _entryPoint.Invoke(null, _entryPoint.GetParameters() is [] ? [] : [_args]);
            End(new InvalidOperationException($"The entry point exited without building a {nameof(DistributedApplication)}."));
            _ended.TrySetResult();
        }
        catch (Exception ex)
        {
            var cause = (ex as TargetInvocationException)?.InnerException ?? ex;
            End(cause);
            _ended.TrySetException(cause);
        }
    }

    private void Hold(DistributedApplicationBuilder builder)
    {
        _builder.TrySetResult(builder);
        if (!_mayBuild.Task.GetAwaiter().GetResult())
        {
            throw new OperationCanceledException("The test disposed of the builder without building.");
        }
    }

    private void End(Exception exception)
    {
        _builder.TrySetException(exception);
        _application.TrySetException(exception);
    }
}
