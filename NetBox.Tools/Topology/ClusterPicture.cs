using NetBox.Tools.Cluster;
using NetBox.Tools.Reports;
using RedisCluster.Topology;

namespace NetBox.Tools.Topology;

/// <summary>The cluster at one moment: shards, nodes, how busy they are, what is wrong and what the nodes see differently.</summary>
/// <param name="TakenAt">When the nodes were asked.</param>
/// <param name="State"><c>ok</c>, <c>fail</c>, <c>mixed</c> where the nodes do not agree, or <c>unreachable</c> when none answers; then the rest is what was last known.</param>
/// <param name="SlotsCovered">Slots with an owner, of 16384.</param>
/// <param name="Keys">Keys of all masters; null when one did not say.</param>
/// <param name="NodesAnswered">How many nodes answered.</param>
/// <param name="Shards">By their lowest slot; masters without slots last.</param>
/// <param name="Others">Nodes in no shard: not joined, or unknown to those that answered.</param>
/// <param name="Differences">What nodes see differently from each other.</param>
/// <param name="Findings">What the check found, the gravest first.</param>
internal sealed record ClusterPicture(
    DateTimeOffset TakenAt,
    string State,
    int SlotsCovered,
    long? Keys,
    int NodesAnswered,
    IReadOnlyList<ShardPicture> Shards,
    IReadOnlyList<NodePicture> Others,
    IReadOnlyList<ViewDifference> Differences,
    IReadOnlyList<FindingReport> Findings)
{
    /// <summary>The masters, each followed by its replicas, then the others.</summary>
    public IEnumerable<NodePicture> AllNodes() => Shards.SelectMany(shard => shard.Replicas.Prepend(shard.Master)).Concat(Others);

    /// <summary>The same picture with each node drawn anew.</summary>
    public ClusterPicture WithNodes(Func<NodePicture, NodePicture> draw) => this with
    {
        Shards = [.. Shards.Select(shard => shard with { Master = draw(shard.Master), Replicas = [.. shard.Replicas.Select(draw)] })],
        Others = [.. Others.Select(draw)],
    };

    /// <summary>All nodes are well, say that the cluster is, and the check found no error.</summary>
    public bool IsWell() => State == States.Ok && AllNodes().All(node => node.State == States.Ok) && Findings.All(finding => finding.Severity != "error");
}

/// <param name="Slots">Ranges, both ends included.</param>
/// <param name="SlotCount">0 to 16384.</param>
/// <param name="Keys">Keys of the master; null when it did not say.</param>
/// <param name="Master">The master.</param>
/// <param name="Replicas">Its replicas, by address.</param>
internal sealed record ShardPicture(IReadOnlyList<SlotSpan> Slots, int SlotCount, long? Keys, NodePicture Master, IReadOnlyList<NodePicture> Replicas);

/// <param name="Id">40 hexadecimal digits; null where the node did not answer and nobody knows it.</param>
/// <param name="Address">host:port, as the cluster announces it.</param>
/// <param name="Endpoint">host:port where it was asked; null when it was not.</param>
/// <param name="Host">The host name it announces, or else its IP.</param>
/// <param name="Zone">Its availability zone; null when it tells none.</param>
/// <param name="Role"><c>master</c>, <c>replica</c> or <c>unknown</c>.</param>
/// <param name="State">As in <see cref="Reports.NodeSummary"/>, or <c>link-down</c> for a replica without its master.</param>
/// <param name="MasterId">A replica's master.</param>
/// <param name="Replication">What it has of the data stream; null when nobody says.</param>
/// <param name="Keys">Keys it holds; null when it did not say.</param>
/// <param name="Load">How busy it is; null when it did not say.</param>
/// <param name="PingMs">How long it took to answer a PING; null when it was not asked or did not answer.</param>
/// <param name="Flags">As CLUSTER NODES writes them, without <c>myself</c>.</param>
/// <param name="Epoch">Configuration epoch.</param>
/// <param name="Version">Product and version; null when it did not say.</param>
/// <param name="Problem">Why it did not answer; null when it did.</param>
internal sealed record NodePicture(
    string? Id,
    string Address,
    string? Endpoint,
    string Host,
    string? Zone,
    string Role,
    string State,
    string? MasterId,
    ReplicationPicture? Replication,
    long? Keys,
    LoadPicture? Load,
    double? PingMs,
    IReadOnlyList<string> Flags,
    long? Epoch,
    string? Version,
    string? Problem)
{
    /// <summary>Whether the cluster has agreed that it is down.</summary>
    public bool IsFailed() => Flags.Contains("fail");
}

/// <param name="Offset">Bytes of the stream produced (master) or applied (replica).</param>
/// <param name="Link">A replica's link to its master: <c>up</c>, <c>down</c> or <c>syncing</c>; null for masters and when it did not say.</param>
/// <param name="LagBytes">How far a replica is behind its master; null for masters, and when the master did not say.</param>
/// <param name="AckAgeSeconds">Seconds since the master last heard from the replica; null when the master has no connection from it.</param>
internal sealed record ReplicationPicture(long? Offset, string? Link, long? LagBytes, long? AckAgeSeconds);

/// <summary>The rates are the server's own, over about its last second.</summary>
/// <param name="UsedMemory">Bytes.</param>
/// <param name="MaxMemory">Bytes; 0 is no limit.</param>
/// <param name="OperationsPerSecond">Commands per second.</param>
/// <param name="InputKilobytesPerSecond">In units of 1024 bytes per second.</param>
/// <param name="OutputKilobytesPerSecond">In units of 1024 bytes per second.</param>
/// <param name="Clients">Connected clients.</param>
/// <param name="EvictedKeys">Since it started.</param>
/// <param name="UptimeSeconds">Since it started.</param>
internal sealed record LoadPicture(
    long UsedMemory,
    long MaxMemory,
    long OperationsPerSecond,
    double InputKilobytesPerSecond,
    double OutputKilobytesPerSecond,
    long Clients,
    long EvictedKeys,
    long UptimeSeconds)
{
    public static LoadPicture Of(ServerLoad load) => new(
        load.UsedMemory,
        load.MaxMemory,
        load.OperationsPerSecond,
        load.InputKilobytesPerSecond,
        load.OutputKilobytesPerSecond,
        load.Clients,
        load.EvictedKeys,
        (long)load.Uptime.TotalSeconds);
}

/// <summary>Something that nodes see differently.</summary>
/// <param name="About">A node's address, <c>slots</c> with their ranges, or <c>cluster</c>.</param>
/// <param name="What"><c>state</c>, <c>member</c>, <c>role</c>, <c>health</c>, <c>address</c>, <c>epoch</c> or <c>owner</c>.</param>
/// <param name="Opinions">The most common one first.</param>
internal sealed record ViewDifference(string About, string What, IReadOnlyList<ViewOpinion> Opinions);

/// <param name="Says">What they say.</param>
/// <param name="Nodes">Who, as host:port.</param>
internal sealed record ViewOpinion(string Says, IReadOnlyList<string> Nodes);
