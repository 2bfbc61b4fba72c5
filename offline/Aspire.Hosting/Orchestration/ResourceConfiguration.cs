using System.Collections.Immutable;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>The arguments and the environment one instance is started with, all expressions resolved.</summary>
internal sealed record ResourceConfiguration(IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    public ImmutableArray<EnvironmentVariableSnapshot> EnvironmentSnapshot =>
        [.. Environment.Select(e => new EnvironmentVariableSnapshot(e.Key, e.Value, IsFromSpec: true))];

    /// <param name="defaults">Variables the resource's own callbacks may see and change.</param>
    public static async Task<ResourceConfiguration> ResolveAsync(
        ResourceInstance instance,
        DistributedApplicationExecutionContext execution,
        IReadOnlyDictionary<string, object> defaults,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        var resource = instance.Resource;
        var values = new ReplicaValueProviderContext(instance.TargetPorts) { ExecutionContext = execution, Caller = resource };

        var variables = new Dictionary<string, object>(defaults);
        var context = new EnvironmentCallbackContext(execution, resource, variables, cancellationToken) { Logger = logger };
        foreach (var callback in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await callback.Callback(context).ConfigureAwait(false);
        }

        var environment = new Dictionary<string, string>();
        foreach (var (name, value) in variables)
        {
            if (await TextAsync(resource, $"environment variable '{name}'", value, values, cancellationToken).ConfigureAwait(false) is { } text)
            {
                environment[name] = text;
            }
        }

        return new ResourceConfiguration(await ArgumentsAsync(resource, execution, values, logger, cancellationToken).ConfigureAwait(false), environment);
    }

    /// <summary>The text of a value that stands in an environment, an argument list or the options of a container runtime.</summary>
    public static async Task<string?> TextAsync(IResource resource, string what, object? value, ValueProviderContext values, CancellationToken cancellationToken)
    {
        try
        {
            return value switch
            {
                null => null,
                string text => text,
                IValueProvider provider => await provider.GetValueAsync(values, cancellationToken).ConfigureAwait(false),
                IResourceBuilder<IResource> { Resource: IValueProvider provider } => await provider.GetValueAsync(values, cancellationToken).ConfigureAwait(false),
                _ => Convert.ToString(value, CultureInfo.InvariantCulture),
            };
        }
        catch (Exception ex) when (ex is not OperationCanceledException and not NotSupportedException)
        {
            throw new InstanceStartException($"Cannot resolve the {what} of resource '{resource.Name}': {ex.Message}", inner: ex);
        }
    }

    private static async Task<IReadOnlyList<string>> ArgumentsAsync(
        IResource resource, DistributedApplicationExecutionContext execution, ValueProviderContext values, ILogger logger, CancellationToken cancellationToken)
    {
        var raw = new List<object>();
        var context = new CommandLineArgsCallbackContext(raw, resource, cancellationToken) { ExecutionContext = execution, Logger = logger };
        foreach (var callback in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            await callback.Callback(context).ConfigureAwait(false);
        }

        var arguments = new List<string>();
        foreach (var value in raw)
        {
            if (await TextAsync(resource, "arguments", value, values, cancellationToken).ConfigureAwait(false) is { } text)
            {
                arguments.Add(text);
            }
        }

        return arguments;
    }
}
