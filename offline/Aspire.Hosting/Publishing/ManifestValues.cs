using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>The environment and the arguments of a resource as its callbacks give them for a manifest.</summary>
internal static class ManifestValues
{
    public static async Task<IReadOnlyDictionary<string, object>> EnvironmentAsync(
        IResource resource, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(executionContext, resource, cancellationToken: cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(context).ConfigureAwait(false);
        }

        return context.EnvironmentVariables.Where(v => v.Value is not null).ToDictionary(v => v.Key, v => Unwrap(v.Value));
    }

    public static async Task<IReadOnlyList<object>> ArgumentsAsync(
        IResource resource, DistributedApplicationExecutionContext executionContext, CancellationToken cancellationToken)
    {
        var context = new CommandLineArgsCallbackContext([], resource, cancellationToken) { ExecutionContext = executionContext };
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            await annotation.Callback(context).ConfigureAwait(false);
        }

        return [.. context.Args.Where(a => a is not null).Select(Unwrap)];
    }

    private static object Unwrap(object value) => value is IResourceBuilder<IResource> builder ? builder.Resource : value;
}

/// <summary>The ports of bindings; where the model names none and nothing implies them, the next free one from 8000 on.</summary>
internal sealed class ManifestPorts
{
    private const int FirstPort = 8000;
    private readonly HashSet<int> _used = [];

    /// <summary>The ports of a resource's endpoints in their order: where it is reached, unless its target port says that already, and where it listens.</summary>
    public IEnumerable<(EndpointAnnotation Endpoint, int? Exposed, int? Target)> Of(IResource resource)
    {
        var defaulted = new HashSet<string>();
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            var exposed = NotZero(endpoint.Port);
            var target = NotZero(endpoint.TargetPort);
            if (target is null && resource is ContainerResource)
            {
                target = exposed;
            }

            // Whoever deploys a project gives its first http and https endpoint a port.
            var isDefault = target is null && resource is ProjectResource && endpoint.UriScheme is ("http" or "https") && !defaulted.Contains(endpoint.UriScheme);
            target ??= isDefault ? null : Next();
            if (exposed is null && target is null && endpoint.UriScheme is not ("http" or "https"))
            {
                exposed = Next();
            }

            defaulted.Add(endpoint.UriScheme);
            _used.UnionWith(((int?[])[exposed, target]).OfType<int>());
            yield return (endpoint, exposed == target ? null : exposed, target);
        }
    }

    private static int? NotZero(int? port) => port is 0 ? null : port;

    private int Next() => Enumerable.Range(FirstPort, ushort.MaxValue).First(p => !_used.Contains(p));
}
