using System.Globalization;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration.Containers;

/// <summary>What a container is created with.</summary>
internal sealed record ContainerSpec(
    string Name,
    string Image,
    string? Entrypoint,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<string> RuntimeArguments,
    IReadOnlyList<PublishedPort> Ports,
    IReadOnlyList<ContainerMountAnnotation> Mounts,
    IReadOnlyList<string> Aliases,
    string Network,
    string Label);

internal sealed record PublishedPort(string HostAddress, int HostPort, int ContainerPort, ProtocolType Protocol);

/// <summary>The command line of "create", the same for docker and podman.</summary>
internal static class ContainerArguments
{
    private static readonly string[] ClientsOwn = ["PATH", "HOME", "USER", "TMPDIR", "XDG_", "LD_", "DOCKER_", "CONTAINER", "BUILDAH_"];

    public static IReadOnlyList<string> Create(ContainerSpec spec)
    {
        var arguments = new List<string> { "create", "--name", spec.Name, "--label", spec.Label, "--network", spec.Network };
        foreach (var alias in spec.Aliases)
        {
            arguments.AddRange(["--network-alias", alias]);
        }

        arguments.AddRange(["--add-host", $"{KnownHostNames.DockerDesktopHostBridge}:host-gateway"]);
        foreach (var port in spec.Ports)
        {
            arguments.AddRange(["--publish", Published(port)]);
        }

        foreach (var mount in spec.Mounts)
        {
            arguments.AddRange(["--mount", Mounted(mount)]);
        }

        foreach (var (name, value) in spec.Environment)
        {
            // Through the client's environment, where other users of the machine cannot read it off the process list.
            arguments.AddRange(["--env", TakesFromClient(name) ? name : $"{name}={value}"]);
        }

        if (spec.Entrypoint is not null)
        {
            arguments.AddRange(["--entrypoint", spec.Entrypoint]);
        }

        return [.. arguments, .. spec.RuntimeArguments, spec.Image, .. spec.Arguments];
    }

    /// <summary>What the client has to find in its own environment for <see cref="Create"/>.</summary>
    public static IReadOnlyDictionary<string, string> ClientEnvironment(ContainerSpec spec) =>
        spec.Environment.Where(e => TakesFromClient(e.Key)).ToDictionary();

    private static bool TakesFromClient(string name) => !ClientsOwn.Any(own => name.StartsWith(own, StringComparison.OrdinalIgnoreCase));

    private static string Published(PublishedPort port) => string.Create(
        CultureInfo.InvariantCulture,
        $"{port.HostAddress}:{port.HostPort}:{port.ContainerPort}{(port.Protocol == ProtocolType.Udp ? "/udp" : "")}");

    private static string Mounted(ContainerMountAnnotation mount)
    {
        var type = mount.Type == ContainerMountType.BindMount ? "bind" : "volume";
        var source = string.IsNullOrEmpty(mount.Source) ? "" : $",source={mount.Source}";
        return $"type={type}{source},target={mount.Target}{(mount.IsReadOnly ? ",readonly" : "")}";
    }
}
