namespace Aspire.Hosting.ApplicationModel;

/// <summary>A node of a Redis cluster that runs as a process on this machine.</summary>
public class RedisClusterNodeProcess : ExecutableResource, IRedisClusterNodeResource
{
    /// <summary>A node that runs as a process.</summary>
    /// <param name="name">The resource's name.</param>
    /// <param name="cluster">The cluster the node is part of.</param>
    /// <param name="index">The node's place in the cluster, from 0.</param>
    /// <param name="command">The server's executable.</param>
    /// <param name="workingDirectory">An existing folder; the node writes to its data folder only.</param>
    public RedisClusterNodeProcess(string name, RedisClusterResource cluster, int index, string command, string workingDirectory)
        : base(name, command, workingDirectory)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        Cluster = cluster;
        Index = index;
        PrimaryEndpoint = new(this, RedisClusterResource.PrimaryEndpointName);
        BusEndpoint = new(this, RedisClusterResource.BusEndpointName);
    }

    /// <inheritdoc/>
    public RedisClusterResource Cluster { get; }

    /// <inheritdoc/>
    public int Index { get; }

    /// <inheritdoc/>
    public EndpointReference PrimaryEndpoint { get; }

    /// <inheritdoc/>
    public EndpointReference BusEndpoint { get; }

    // Known once the run has begun: a folder of that run, or a lasting one after WithDataVolume.
    internal string? DataDirectory { get; set; }
}
