using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>The node a user wants in the cluster, and as what.</summary>
public sealed record AddNodeRequest
{
    /// <summary>The new node, with its bus port where that is not the client port + 10000.</summary>
    public required NodeEndpoint Node { get; init; }

    /// <summary>Whether it becomes a replica; else it becomes a master without slots. <see cref="Master"/> implies it.</summary>
    public bool AsReplica { get; init; }

    /// <summary>The master it follows: its id, the beginning of its id, or host:port. Null leaves the choice to the planner: the shard that needs a replica most.</summary>
    public string? Master { get; init; }

    /// <summary>Where nodes run, for that choice. A node without an entry runs on the host of its address.</summary>
    public ImmutableDictionary<NodeEndpoint, NodeLabels> Labels { get; init; } = ImmutableDictionary<NodeEndpoint, NodeLabels>.Empty;
}

/// <summary>What is known of the node that is to join, beyond what the cluster says.</summary>
/// <param name="Said">What it said.</param>
/// <param name="Functions">The functions it holds.</param>
/// <param name="IdAtMeetAddress">The id of whoever answers at the address that its peers will meet; null when nobody can be reached there from here.</param>
/// <param name="ClusterFunctions">The functions of the cluster, from its first master that answers.</param>
public sealed record JoiningNode(
    NodeObservation Said,
    ImmutableArray<FunctionLibrary> Functions,
    NodeId? IdAtMeetAddress,
    ImmutableArray<FunctionLibrary> ClusterFunctions);
