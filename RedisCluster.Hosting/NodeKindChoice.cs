using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using RedisCluster.Hosting.Local;

namespace RedisCluster.Hosting;

/// <summary>What the nodes will run as, and with which program where they are processes.</summary>
internal sealed record NodeKindChoice(RedisClusterNodeKind Kind, string? Server)
{
    public const string ConfigurationKey = "RedisCluster:Nodes";

    /// <exception cref="DistributedApplicationException">Nothing here can run a node.</exception>
    public static NodeKindChoice Make(IDistributedApplicationBuilder builder, string cluster, RedisClusterNodeKind asked)
    {
        if (!builder.ExecutionContext.IsRunMode)
        {
            return new(RedisClusterNodeKind.Containers, null);
        }

        var path = Environment.GetEnvironmentVariable("PATH");
        return Make(
            cluster,
            Configured(builder.Configuration) ?? asked,
            () => RedisServerExecutable.Find(path),
            () => ContainerRuntime.FindRunning(
                builder.Configuration["ASPIRE_CONTAINER_RUNTIME"] ?? builder.Configuration["DOTNET_ASPIRE_CONTAINER_RUNTIME"], path) is not null);
    }

    internal static NodeKindChoice Make(string cluster, RedisClusterNodeKind asked, Func<string?> findServer, Func<bool> canRunContainers)
    {
        if (asked is not RedisClusterNodeKind.Processes && canRunContainers())
        {
            return new(RedisClusterNodeKind.Containers, null);
        }

        if (asked is RedisClusterNodeKind.Containers)
        {
            throw new DistributedApplicationException($"{cluster}: no container runtime answers. Start docker or podman, or run the nodes as processes: --{ConfigurationKey}=Processes.");
        }

        return findServer() is { } server
            ? new(RedisClusterNodeKind.Processes, server)
            : throw new DistributedApplicationException(asked is RedisClusterNodeKind.Processes
                ? $"{cluster}: neither redis-server nor valkey-server is on PATH. Install one: {InstallCommand}"
                : $"{cluster}: no container runtime answers, and neither redis-server nor valkey-server is on PATH. Install one: {InstallCommand}");
    }

    private static string InstallCommand => OperatingSystem.IsMacOS() ? "brew install redis" : "sudo apt-get install redis-server";

    private static RedisClusterNodeKind? Configured(ConfigurationManager configuration) =>
        configuration[ConfigurationKey] is not { Length: > 0 } text ? null
        : Enum.TryParse<RedisClusterNodeKind>(text, ignoreCase: true, out var kind) && Enum.IsDefined(kind) ? kind
        : throw new DistributedApplicationException($"{ConfigurationKey} is '{text}'; it has to be one of {string.Join(", ", Enum.GetNames<RedisClusterNodeKind>())}.");
}
