using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RedisCluster.Hosting.Local;

namespace RedisCluster.Hosting;

/// <summary>What happens to the cluster resource itself, and to its nodes before they start.</summary>
internal static partial class RedisClusterLifecycle
{
    public static CustomResourceSnapshot InitialState(RedisClusterResource cluster) => new()
    {
        ResourceType = "RedisCluster",
        State = KnownResourceStates.NotStarted,
        Properties =
        [
            new("Shards", cluster.Shards),
            new("Replicas per shard", cluster.ReplicasPerShard),
        ],
    };

    /// <summary>Decides where the nodes of this run listen and keep their data. Before anything is allocated or started.</summary>
    public static void Place(RedisClusterResource cluster, LocalRun run, string appHostDirectory)
    {
        var first = Endpoint(cluster.Nodes[0], RedisClusterResource.PrimaryEndpointName).TargetPort!.Value;
        var ports = LocalPortPlan.Take(
            run, cluster.Name, first, cluster.Nodes.Count, cluster.Settings.PortsAreFixed, everywhere: cluster.Nodes[0] is RedisClusterNodeContainer);
        foreach (var node in cluster.Nodes)
        {
            var (port, bus) = ports[node.Index];
            Move(Endpoint(node, RedisClusterResource.PrimaryEndpointName), port);
            Move(Endpoint(node, RedisClusterResource.BusEndpointName), bus);
            if (node is RedisClusterNodeProcess process)
            {
                process.DataDirectory = cluster.Settings.DataVolume is { } volume
                    ? Path.Combine(NodeDataDirectory.Lasting(appHostDirectory), $"{volume}-{node.Index}-data")
                    : Path.Combine(run.Directory, node.Name);
            }
        }
    }

    /// <summary>Takes the resource from waiting to running: the nodes have started and the initialiser is through.</summary>
    public static async Task InitializeAsync(RedisClusterResource cluster, InitializeResourceEvent initialize, CancellationToken cancellationToken)
    {
        try
        {
            CheckPassword(cluster.PasswordParameter.Name, await cluster.PasswordParameter.GetValueAsync(cancellationToken).ConfigureAwait(false));
            // The event is what makes the resource wait for what it depends on.
            await initialize.Eventing.PublishAsync(new BeforeResourceStartedEvent(cluster, initialize.Services), cancellationToken).ConfigureAwait(false);
            await initialize.Eventing.PublishAsync(new ConnectionStringAvailableEvent(cluster, initialize.Services), cancellationToken).ConfigureAwait(false);
            var time = initialize.Services.GetService<TimeProvider>() ?? TimeProvider.System;
            await initialize.Notifications.PublishUpdateAsync(
                cluster, s => s with { State = KnownResourceStates.Running, StartTimeStamp = time.GetUtcNow().UtcDateTime }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            LogFailed(initialize.Logger, cluster.Name, e.Message);
            await initialize.Notifications.PublishUpdateAsync(cluster, s => s with { State = KnownResourceStates.FailedToStart }).ConfigureAwait(false);
        }
    }

    /// <summary>The nodes would take any password, but clients are handed it in a connection string, cut at commas and trimmed.</summary>
    internal static void CheckPassword(string parameter, string? password)
    {
        if (password is { Length: > 0 } && (password.Contains(',') || password != password.Trim()))
        {
            throw new DistributedApplicationException(
                $"the parameter {parameter} holds a comma, or white space at an end, which a connection string of StackExchange.Redis cannot carry. Choose another password.");
        }
    }

    private static EndpointAnnotation Endpoint(IRedisClusterNodeResource node, string name) =>
        node.Annotations.OfType<EndpointAnnotation>().Single(e => e.Name == name);

    private static void Move(EndpointAnnotation endpoint, int port)
    {
        endpoint.Port = port;
        endpoint.TargetPort = port;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Cluster} did not come up: {Reason}")]
    private static partial void LogFailed(ILogger logger, string cluster, string reason);
}
