using System.Collections.Immutable;
using System.Net;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration.Processes;

namespace Aspire.Hosting.Orchestration.Containers;

/// <summary>Runs containers through the command line of docker or podman.</summary>
internal sealed class ContainerRunner(
    ContainerRuntime runtime,
    Lazy<ProcessWatchdog> watchdog,
    DistributedApplicationExecutionContext execution,
    ResourceLoggerService loggers,
    IServiceProvider services) : IInstanceRunner
{
    public string EndState => KnownResourceStates.Exited;

    public bool Runs(IResource resource) => resource.IsContainer();

    public async Task<IRunningInstance> StartAsync(ResourceInstance instance, CancellationToken cancellationToken)
    {
        var resource = instance.Resource;
        if (resource.Annotations.OfType<ContainerLifetimeAnnotation>().LastOrDefault() is { Lifetime: ContainerLifetime.Persistent })
        {
            throw new NotSupportedException($"Container '{resource.Name}' is to outlive the AppHost: that needs the package Aspire.Hosting.AppHost itself (PackageMode=nuget).");
        }

        var path = await runtime.ReadyAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        var logger = loggers.GetLogger(instance.Id);
        var configuration = await ResourceConfiguration.ResolveAsync(instance, execution, ImmutableDictionary<string, object>.Empty, logger, cancellationToken).ConfigureAwait(false);
        var spec = await SpecAsync(instance, configuration, cancellationToken).ConfigureAwait(false);

        var created = await ContainerCli.RunAsync(
            path,
            ContainerArguments.Create(spec),
            cancellationToken,
            ContainerArguments.ClientEnvironment(spec),
            line: text => loggers.AddLine(instance.Id, text, isError: false)).ConfigureAwait(false);
        if (created.ExitCode != 0)
        {
            throw new InstanceStartException($"Cannot create container '{spec.Name}' of image '{spec.Image}': {created.Reason}");
        }

        try
        {
            await CopyFilesAsync(path, resource, spec.Name, cancellationToken).ConfigureAwait(false);
            var started = await ContainerCli.RunAsync(path, ["start", spec.Name], cancellationToken).ConfigureAwait(false);
            if (started.ExitCode != 0)
            {
                throw new InstanceStartException($"Cannot start container '{spec.Name}': {started.Reason}");
            }
        }
        catch
        {
            await ContainerCli.RunAsync(path, ["rm", "--force", "--volumes", spec.Name], CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        return RunningContainer.Follow(path, created.Output, spec, configuration, watchdog.Value, (line, isError) => loggers.AddLine(instance.Id, line, isError));
    }

    private async Task<ContainerSpec> SpecAsync(ResourceInstance instance, ResourceConfiguration configuration, CancellationToken cancellationToken)
    {
        var resource = instance.Resource;
        resource.TryGetContainerImageName(out var image);
        var container = resource as ContainerResource;
        return new ContainerSpec(
            resource.Annotations.OfType<ContainerNameAnnotation>().LastOrDefault()?.Name ?? instance.Id,
            image!,
            container?.Entrypoint,
            container?.ShellExecution == true ? ["-c", string.Join(' ', configuration.Arguments)] : configuration.Arguments,
            configuration.Environment,
            await RuntimeArgumentsAsync(instance, cancellationToken).ConfigureAwait(false),
            [.. instance.TargetPorts.Select(p => new PublishedPort(HostAddress(p.Key.TargetHost), p.Value, p.Key.TargetPort!.Value, p.Key.Protocol))],
            [.. resource.Annotations.OfType<ContainerMountAnnotation>()],
            [resource.Name, $"{resource.Name}.dev.internal", .. resource.Annotations.OfType<ContainerNetworkAliasAnnotation>().Select(a => a.Alias)],
            runtime.Network,
            runtime.Label);
    }

    private async Task<IReadOnlyList<string>> RuntimeArgumentsAsync(ResourceInstance instance, CancellationToken cancellationToken)
    {
        var raw = new List<object>();
        foreach (var callback in instance.Resource.Annotations.OfType<ContainerRuntimeArgsCallbackAnnotation>())
        {
            await callback.Callback(new ContainerRuntimeArgsCallbackContext(raw, cancellationToken)).ConfigureAwait(false);
        }

        var values = new ReplicaValueProviderContext(instance.TargetPorts) { ExecutionContext = execution, Caller = instance.Resource };
        var arguments = new List<string>();
        foreach (var value in raw)
        {
            if (await ResourceConfiguration.TextAsync(instance.Resource, "runtime arguments", value, values, cancellationToken).ConfigureAwait(false) is { } text)
            {
                arguments.Add(text);
            }
        }

        return arguments;
    }

    private async Task CopyFilesAsync(string path, IResource resource, string name, CancellationToken cancellationToken)
    {
        foreach (var files in resource.Annotations.OfType<ContainerFileSystemCallbackAnnotation>())
        {
            var context = new ContainerFileSystemCallbackContext { Model = resource, ServiceProvider = services };
            var items = await files.Callback(context, cancellationToken).ConfigureAwait(false);
            await using var archive = await ContainerFilesArchive.WriteAsync(files, items, cancellationToken).ConfigureAwait(false);
            var copied = await ContainerCli.RunAsync(path, ["cp", "--archive", "-", $"{name}:/"], cancellationToken, input: archive).ConfigureAwait(false);
            if (copied.ExitCode != 0)
            {
                throw new InstanceStartException($"Cannot copy files into container '{name}': {copied.Reason}");
            }
        }
    }

    private static string HostAddress(string targetHost) =>
        targetHost is "*" or "+" ? "0.0.0.0" : IPAddress.TryParse(targetHost.Trim('[', ']'), out var address) ? address.ToString() : "127.0.0.1";
}
