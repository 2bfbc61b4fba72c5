#pragma warning disable ASPIRECONTAINERSHELLEXECUTION001 // Turned off, as the node brings its own /bin/sh -c.

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A node of a Redis cluster that runs as a container.</summary>
public class RedisClusterNodeContainer : RedisResource, IRedisClusterNodeResource, IResourceWithConnectionString
{
    /// <summary>A node that runs as a container.</summary>
    /// <param name="name">The resource's name; in the container network also the node's host name.</param>
    /// <param name="cluster">The cluster the node is part of.</param>
    /// <param name="index">The node's place in the cluster, from 0.</param>
    public RedisClusterNodeContainer(string name, RedisClusterResource cluster, int index)
        : base(name, (cluster ?? throw new ArgumentNullException(nameof(cluster))).PasswordParameter)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        Cluster = cluster;
        Index = index;
        BusEndpoint = new(this, RedisClusterResource.BusEndpointName);
        ShellExecution = false;
        Entrypoint = "/bin/sh";
    }

    /// <inheritdoc/>
    public RedisClusterResource Cluster { get; }

    /// <inheritdoc/>
    public int Index { get; }

    /// <inheritdoc/>
    public EndpointReference BusEndpoint { get; }

    // The base class adds a value that depends on TLS, which the nodes do not speak, and six such values to the manifest.
    ReferenceExpression IResourceWithConnectionString.ConnectionStringExpression =>
        ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.HostAndPort)},password={Cluster.PasswordParameter}");
}
