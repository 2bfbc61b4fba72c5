using System.Net;

namespace RedisCluster.Topology;

/// <summary>Why a node could not be observed.</summary>
public enum NodeProblemKind
{
    /// <summary>No connection, no answer in time, or the name did not resolve.</summary>
    Unreachable,

    /// <summary>It wants other credentials, or these lack a permission.</summary>
    AccessDenied,

    /// <summary>It answers, but not as a Redis or Valkey server of a supported version does.</summary>
    Protocol,
}

/// <summary>Why a node could not be observed, in one line.</summary>
/// <param name="Kind">The sort of problem.</param>
/// <param name="Message">One line without the node's name.</param>
public sealed record NodeProblem(NodeProblemKind Kind, string Message)
{
    /// <summary>The first word of the error it answered with, such as NOPERM, BUSY or LOADING; null when it was no such answer.</summary>
    public string? ErrorCode { get; init; }
}

/// <summary>What one node said when it was asked, or why it did not. A node outside cluster mode has neither <see cref="View"/> nor <see cref="Info"/>.</summary>
public sealed record NodeObservation
{
    /// <summary>The endpoint that was asked, as the user or another node named it.</summary>
    public required NodeEndpoint Endpoint { get; init; }

    /// <summary>Why there is no answer; null when there is one.</summary>
    public NodeProblem? Problem { get; init; }

    /// <summary>The IP address the connection went to; what MEET uses when the node announces none.</summary>
    public IPAddress? ConnectedAddress { get; init; }

    /// <summary>The node's id (CLUSTER MYID).</summary>
    public NodeId? MyId { get; init; }

    /// <summary>Reply to CLUSTER INFO.</summary>
    public ClusterInfo? Info { get; init; }

    /// <summary>Reply to CLUSTER NODES.</summary>
    public ClusterView? View { get; init; }

    /// <summary>Product and version.</summary>
    public ServerVersion? Version { get; init; }

    /// <summary>Role, links, offset.</summary>
    public ReplicationInfo? Replication { get; init; }

    /// <summary>Keys in all its databases; null when not known, which no plan takes for none.</summary>
    public long? KeyCount { get; init; }

    /// <summary>Memory, rates, clients; null when there is no answer.</summary>
    public ServerLoad? Load { get; init; }

    /// <summary>cluster-announce-ip, or null when it is not set.</summary>
    public string? AnnouncedIp { get; init; }

    /// <summary>cluster-announce-hostname, or null when it is not set.</summary>
    public string? AnnouncedHostname { get; init; }

    /// <summary>cluster-preferred-endpoint-type: <c>ip</c>, <c>hostname</c> or <c>unknown-endpoint</c>; null where it is not told.</summary>
    public string? PreferredEndpointType { get; init; }

    /// <summary>cluster-node-timeout as it is now.</summary>
    public TimeSpan? NodeTimeout { get; init; }

    /// <summary>availability-zone as the node tells it (Valkey 8.0 and later), or null when it tells none.</summary>
    public string? AvailabilityZone { get; init; }

    /// <summary>Whether it runs in cluster mode.</summary>
    public bool? IsClusterEnabled { get; init; }

    /// <summary>Whether the node answered.</summary>
    public bool IsReachable => Problem is null;
}
