namespace Aspire.Hosting.ApplicationModel;

public interface IManifestExpressionProvider
{
    string ValueExpression { get; }
}

public interface IValueProvider
{
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);

    ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default) => GetValueAsync(cancellationToken);
}

public interface IExpressionValue : IValueProvider, IManifestExpressionProvider;

public interface IValueWithReferences
{
    IEnumerable<object> References { get; }
}

public class ValueProviderContext
{
    public DistributedApplicationExecutionContext? ExecutionContext { get; init; }

    public IResource? Caller { get; init; }

    public NetworkIdentifier? Network { get; init; }

    /// <summary>Containers see each other on their own network; everybody else goes through the host.</summary>
    internal NetworkIdentifier EffectiveNetwork =>
        Network ?? (Caller is not null && Caller.IsContainer() ? KnownNetworkIdentifiers.DefaultAspireContainerNetwork : KnownNetworkIdentifiers.LocalhostNetwork);
}

public record NetworkIdentifier(string Value)
{
    public override string ToString() => Value;
}

public static class KnownNetworkIdentifiers
{
    public static readonly NetworkIdentifier LocalhostNetwork = new("localhost");
    public static readonly NetworkIdentifier PublicInternet = new(".");
    public static readonly NetworkIdentifier DefaultAspireContainerNetwork = new("aspire-container-network");
}

public static class KnownHostNames
{
    public const string Localhost = "localhost";
    public const string DockerDesktopHostBridge = "host.docker.internal";
    public const string DefaultContainerTunnelHostName = "aspire.dev.internal";
}

/// <summary>A value that is set once it is known; those who ask earlier wait.</summary>
public sealed class ValueSnapshot<T>
{
    private readonly Lock _gate = new();
    private TaskCompletionSource<T> _value = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsValueSet => _value.Task.IsCompletedSuccessfully;

    public Task<T> GetValueAsync(CancellationToken cancellationToken = default) => _value.Task.WaitAsync(cancellationToken);

    public void SetValue(T value)
    {
        lock (_gate)
        {
            if (!_value.TrySetResult(value))
            {
                _value = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
                _value.SetResult(value);
            }
        }
    }

    public void SetException(Exception exception)
    {
        lock (_gate)
        {
            if (!_value.TrySetException(exception))
            {
                _value = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
                _value.SetException(exception);
            }
        }
    }
}
