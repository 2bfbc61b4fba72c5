namespace Aspire.Hosting.ApplicationModel;

/// <summary>One node of a <see cref="RedisClusterResource"/>: a process on this machine or a container.</summary>
public interface IRedisClusterNodeResource : IResourceWithEndpoints, IResourceWithArgs, IResourceWithEnvironment, IResourceWithWaitSupport
{
    /// <summary>The cluster the node is part of.</summary>
    RedisClusterResource Cluster { get; }

    /// <summary>The node's place in the cluster, from 0; it is the number at the end of its name.</summary>
    int Index { get; }

    /// <summary>The port clients connect to.</summary>
    EndpointReference PrimaryEndpoint { get; }

    /// <summary>The port the other nodes connect to.</summary>
    EndpointReference BusEndpoint { get; }
}
