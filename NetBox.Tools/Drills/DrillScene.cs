using System.Collections.Immutable;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace NetBox.Tools.Drills;

/// <summary>A node of the cluster: who and where.</summary>
internal sealed record DrillNode(NodeId Id, NodeEndpoint Endpoint)
{
    public string Name => Endpoint.ToClientString();
}

/// <summary>A master with slots, and its replicas in step.</summary>
internal sealed record DrillShard(DrillNode Master, SlotSet Slots, ImmutableArray<DrillNode> Replicas);

/// <summary>The cluster a drill is made on, as it was when the drill began, and whom it is made on.</summary>
/// <param name="Shards">By lowest slot.</param>
/// <param name="Target">The shard whose master it is done to; null for all nodes.</param>
/// <param name="Nodes">All nodes.</param>
/// <param name="NodeTimeout">The longest that any node has.</param>
internal sealed record DrillScene(ImmutableArray<DrillShard> Shards, DrillShard? Target, ImmutableArray<DrillNode> Nodes, TimeSpan NodeTimeout)
{
    private static readonly TimeSpan UsualNodeTimeout = TimeSpan.FromSeconds(15);

    /// <exception cref="NetBoxException">There is no such node (usage), or the cluster is not well enough to be put to the test (refused).</exception>
    public static DrillScene Of(ClusterObservation observation, DrillRequest request)
    {
        var summary = ClusterSummary.Of(observation);
        RequireWell(summary);
        var shards = summary.Shards
            .Where(shard => !shard.Master.Slots.IsEmpty)
            .Select(shard => new DrillShard(
                NodeOf(shard.Master), shard.Master.Slots, [.. shard.Replicas.Where(replica => replica is { IsReachable: true, IsFailed: false, IsMasterLinkUp: true }).Select(NodeOf)]))
            .ToImmutableArray();
        var nodes = summary.Shards.SelectMany(shard => shard.Replicas.Prepend(shard.Master)).Select(NodeOf).ToImmutableArray();
        var timeout = observation.Reachable.Max(node => node.NodeTimeout) ?? UsualNodeTimeout;
        return new(shards, request.Kind == DrillKind.RestartAll ? null : Choose(summary, shards, request), nodes, timeout);
    }

    private static void RequireWell(ClusterSummary summary)
    {
        var ill = summary.SlotsCovered < HashSlot.Count ? $"{summary.SlotsCovered} of {HashSlot.Count} slots have an owner"
            : !summary.StateOk ? "not every node says cluster_state:ok"
            : !summary.NodesAgree ? "its nodes do not agree on who owns which slots"
            : !summary.OpenSlots.IsEmpty ? "slots are being moved"
            : summary.Shards.SelectMany(shard => shard.Replicas.Prepend(shard.Master)).FirstOrDefault(node => node.IsFailed || node.IsReachable == false) is { } gone
                ? $"{gone.Endpoint.ToClientString()} {(gone.IsReachable == false ? "does not answer" : "is held to be down by its peers")}"
            : null;
        if (ill is not null)
        {
            throw Refused($"the cluster is not well: {ill}. A drill is for one that is; netbox doctor says what mends it");
        }
    }

    private static DrillShard Choose(ClusterSummary summary, ImmutableArray<DrillShard> shards, DrillRequest request)
    {
        var asked = request.Node is { } name ? Find(summary, shards, name) : null;
        var chosen = asked ?? shards.FirstOrDefault(shard => shard.Replicas.Length > 0) ?? shards[0];
        if (chosen.Replicas.IsEmpty)
        {
            throw Refused($"{chosen.Master.Name} has no replica in step: its {chosen.Slots.Count} slots would be served by nobody. netbox cluster add-node --replica gives it one");
        }

        // Two cannot outvote a lost third.
        return request.Kind != DrillKind.Handover && shards.Length < 3
            ? throw Refused($"{shards.Length} masters: without {chosen.Master.Name} there is no majority to vote its replica in. A failover takes three")
            : chosen;
    }

    private static DrillShard Find(ClusterSummary summary, ImmutableArray<DrillShard> shards, string name)
    {
        const int FewestDigits = 4;
        bool Matches(NodeSummary node) => NodeEndpoint.TryParse(name, out var endpoint)
            ? node.Endpoint.IsSameClientAddress(endpoint)
            : name.Length >= FewestDigits && node.Id.ToString().StartsWith(name, StringComparison.OrdinalIgnoreCase);
        var found = summary.Shards.Where(shard => shard.Replicas.Prepend(shard.Master).Any(Matches)).ToList();
        return found switch
        {
            [var one] when shards.FirstOrDefault(shard => shard.Master.Id == one.Master.Id) is { } shard => shard,
            [var one] => throw NetBoxException.Usage($"{one.Master.Endpoint.ToClientString()} has no slots; name a node of a shard (netbox cluster nodes lists them)"),
            [] => throw NetBoxException.Usage($"'{name}' is no node of the cluster; give its id, the first {FewestDigits} or more digits of it, or HOST:PORT"),
            _ => throw NetBoxException.Usage($"{found.Count} shards have a node whose id starts with {name}; give more digits"),
        };
    }

    private static DrillNode NodeOf(NodeSummary node) => new(node.Id, node.Endpoint);

    private static NetBoxException Refused(string message) => new(ExitCode.Refused, message);
}
