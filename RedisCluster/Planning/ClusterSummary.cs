using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>One node in a summary.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Endpoint">How it was asked; where it was not, the address its peers know.</param>
/// <param name="IsMaster">Master or replica.</param>
/// <param name="MasterId">The master a replica follows; null for masters.</param>
/// <param name="Slots">A master's slots.</param>
/// <param name="KeyCount">Keys it holds; null when not known.</param>
/// <param name="IsFailed">Whether the cluster agreed that it is down.</param>
/// <param name="IsReachable">Whether it answered when it was asked; null when it was not asked.</param>
/// <param name="IsMasterLinkUp">A replica's link to its master; null for masters and where not known.</param>
public sealed record NodeSummary(
    NodeId Id,
    NodeEndpoint Endpoint,
    bool IsMaster,
    NodeId? MasterId,
    SlotSet Slots,
    long? KeyCount,
    bool IsFailed,
    bool? IsReachable,
    bool? IsMasterLinkUp);

/// <summary>A master with its replicas.</summary>
/// <param name="Master">The master.</param>
/// <param name="Replicas">Its replicas, ordered by endpoint.</param>
public sealed record ShardSummary(NodeSummary Master, ImmutableArray<NodeSummary> Replicas);

/// <summary>The cluster in the numbers people ask for, taken from the view most nodes share.</summary>
public sealed record ClusterSummary
{
    /// <summary>Masters in the order of their first slot, those without slots last.</summary>
    public required ImmutableArray<ShardSummary> Shards { get; init; }

    /// <summary>Nodes of the cluster, or as many as were asked when there is none.</summary>
    public required int NodeCount { get; init; }

    /// <summary>Slots with an owner, 0 to 16384.</summary>
    public required int SlotsCovered { get; init; }

    /// <summary>Whether all nodes that answered agree on the owners of the slots.</summary>
    public required bool NodesAgree { get; init; }

    /// <summary>Slots left migrating or importing.</summary>
    public required SlotSet OpenSlots { get; init; }

    /// <summary>Whether every node that answered says cluster_state:ok, and at least one did.</summary>
    public required bool StateOk { get; init; }

    /// <summary>Keys on all masters; null when one of them is not known.</summary>
    public long? KeyCount { get; init; }

    /// <summary>Sums up what the nodes said.</summary>
    /// <param name="observation">What they said.</param>
    /// <returns>The summary; without shards when no node showed a cluster.</returns>
    public static ClusterSummary Of(ClusterObservation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        return ObservedCluster.Of(observation).Summarize();
    }

    /// <summary>The lines redis-cli's users know: masters, replicas, agreement, open slots, coverage.</summary>
    /// <returns>Lines without line feeds.</returns>
    public IReadOnlyList<string> ToLines() => ClusterSummaryText.Write(this);
}
