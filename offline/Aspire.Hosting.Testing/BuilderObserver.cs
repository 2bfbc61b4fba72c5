using System.Diagnostics;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>
/// Hears of the builders that are made in one flow of execution, and of none that others make at the same time:
/// several AppHosts may be tested side by side.
/// </summary>
internal sealed class BuilderObserver : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private static readonly AsyncLocal<BuilderObserver?> Current = new();

    private readonly IDisposable _subscription;

    public BuilderObserver() => _subscription = DiagnosticListener.AllListeners.Subscribe(this);

    public Action<DistributedApplicationOptions, HostApplicationBuilderSettings> Constructing { get; init; } = static (_, _) => { };

    public Action<DistributedApplicationBuilder> Building { get; init; } = static _ => { };

    public Action<DistributedApplication> Built { get; init; } = static _ => { };

    /// <summary>Observes what is made from here on in this flow, until the returned handle is disposed.</summary>
    public IDisposable Enter()
    {
        var before = Current.Value;
        Current.Value = this;
        return new Left(before);
    }

    public void Dispose() => _subscription.Dispose();

    void IObserver<DiagnosticListener>.OnNext(DiagnosticListener value)
    {
        if (Current.Value == this && value.Name == BuilderEvents.ListenerName)
        {
            // The listener lives for one event: there is nothing to unsubscribe from later.
            _ = value.Subscribe(this);
        }
    }

    void IObserver<KeyValuePair<string, object?>>.OnNext(KeyValuePair<string, object?> value)
    {
        if (Current.Value != this)
        {
            return;
        }

        switch (value)
        {
            case { Key: BuilderEvents.Constructing, Value: ValueTuple<DistributedApplicationOptions, HostApplicationBuilderSettings> made }:
                Constructing(made.Item1, made.Item2);
                break;
            case { Key: BuilderEvents.Building, Value: DistributedApplicationBuilder builder }:
                Building(builder);
                break;
            case { Key: BuilderEvents.Built, Value: DistributedApplication application }:
                Built(application);
                break;
        }
    }

    void IObserver<DiagnosticListener>.OnCompleted()
    {
    }

    void IObserver<DiagnosticListener>.OnError(Exception error)
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnCompleted()
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnError(Exception error)
    {
    }

    private sealed class Left(BuilderObserver? before) : IDisposable
    {
        public void Dispose() => Current.Value = before;
    }
}
