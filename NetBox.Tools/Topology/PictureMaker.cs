using NetBox.Tools.Cluster;
using NetBox.Tools.Reports;
using RedisCluster.Topology;

namespace NetBox.Tools.Topology;

/// <summary>Makes a picture of what the nodes said. Nothing here asks anybody.</summary>
internal static class PictureMaker
{
    /// <param name="observation">What the nodes said.</param>
    /// <param name="last">The picture before, which stays when no node says anything any more.</param>
    public static ClusterPicture Of(ClusterObservation observation, ClusterPicture? last = null)
    {
        var answered = observation.Reachable.Count();
        if (ReferenceView.Choose(observation) is not { } reference)
        {
            return last is null
                ? Unknown(observation, answered)
                : Silent(last) with { TakenAt = observation.Time, NodesAnswered = answered, Findings = Findings(observation) };
        }

        var info = ClusterReporter.Info(observation);
        var nodes = ClusterReporter.Nodes(observation).Nodes.Select(node => (Report: node, Picture: Picture(observation, reference, node))).ToList();
        var shards = nodes.Where(node => node.Picture.Role == Roles.Master && IsKnown(reference, node.Picture)).Select(master => new ShardPicture(
            master.Report.Slots,
            master.Report.SlotCount,
            master.Report.Keys,
            master.Picture,
            [.. nodes.Select(node => node.Picture).Where(node => node.Role == Roles.Replica && node.MasterId == master.Picture.Id && IsKnown(reference, node))])).ToList();
        var placed = shards.SelectMany(shard => shard.Replicas.Prepend(shard.Master)).ToHashSet();
        return new(
            observation.Time,
            info.State,
            shards.Sum(shard => shard.SlotCount),
            info.Keys,
            answered,
            shards,
            [.. nodes.Select(node => node.Picture).Where(node => !placed.Contains(node))],
            ViewDifferences.Find(observation, reference),
            Findings(observation));
    }

    private static ClusterPicture Unknown(ClusterObservation observation, int answered) => new(
        observation.Time,
        answered == 0 ? States.Unreachable : "fail",
        0,
        null,
        answered,
        [],
        [.. ClusterReporter.Nodes(observation).Nodes.Select(node => Picture(observation, null, node))],
        [],
        Findings(observation));

    private static IReadOnlyList<FindingReport> Findings(ClusterObservation observation) => ClusterReporter.Check(observation).Findings;

    private static ClusterPicture Silent(ClusterPicture last) => last.WithNodes(node => node with
    {
        State = States.Unreachable,
        Replication = null,
        Keys = null,
        Load = null,
        PingMs = null,
        Problem = node.Problem ?? "no node answers",
    }) with
    {
        State = States.Unreachable,
        Keys = null,
        Differences = [],
    };

    private static bool IsKnown(NodeObservation reference, NodePicture node) => node.Id is { } id && reference.View!.Find(NodeId.Parse(id)) is not null;

    private static NodePicture Picture(ClusterObservation observation, NodeObservation? reference, NodeReport node)
    {
        var known = node.Id is { } id ? reference?.View?.Find(NodeId.Parse(id)) : null;
        var said = known is null
            ? observation.Nodes.FirstOrDefault(asked => asked.Endpoint.ToClientString() == node.Address)
            : ClusterReporter.Said(observation, reference!, known);
        var address = known?.Address ?? said?.View?.Myself.Address;
        var replication = Replication(observation, reference, known, said);
        return new(
            node.Id,
            node.Address,
            said?.Endpoint.ToClientString(),
            node.Hostname ?? (address is { Ip.Length: > 0 } ? address.Ip : said?.Endpoint.Host ?? string.Empty),
            said?.AvailabilityZone ?? address?.GetAuxiliary("availability-zone"),
            node.Role,
            node.State == States.Ok && replication?.Link == "down" ? States.LinkDown : node.State,
            node.MasterId,
            replication,
            node.Keys,
            said?.Load is { } load ? LoadPicture.Of(load) : null,
            null,
            Flags(known?.Flags ?? NodeFlags.None),
            node.Epoch,
            node.Version,
            node.Problem);
    }

    // What a replica lacks is best known to its master: the two were not asked at the same moment, and a replica that hangs says nothing.
    private static ReplicationPicture? Replication(ClusterObservation observation, NodeObservation? reference, ClusterNode? node, NodeObservation? said)
    {
        var own = said?.Replication;
        if (node?.MasterId is not { } masterId)
        {
            return own is null ? null : new(own.Offset, own.Role == ReplicationRole.Replica ? LinkOf(own) : null, null, null);
        }

        var master = reference!.View!.Find(masterId) is { } line ? ClusterReporter.Said(observation, reference, line)?.Replication : null;
        var connected = master is null ? null : Connected(master, node.Address);
        var offset = own?.Offset ?? connected?.Offset;
        return offset is null
            ? null
            : new(
                offset,
                own is null ? null : LinkOf(own),
                master is { Role: ReplicationRole.Master } ? Math.Max(0, master.Offset - (connected?.Offset ?? offset.Value)) : null,
                connected?.Lag is >= 0 and var age ? age : null);
    }

    private static string LinkOf(ReplicationInfo own) => own switch
    {
        { IsSyncInProgress: true } => "syncing",
        { IsMasterLinkUp: true } => "up",
        _ => "down",
    };

    // A replica may connect from another address than the one it announces, but it tells its port.
    private static ConnectedReplica? Connected(ReplicationInfo master, NodeAddress replica)
    {
        var samePort = master.Replicas.Where(connected => connected.Port == replica.Port).ToList();
        return samePort.Find(connected => connected.Ip == replica.Ip || connected.Ip == replica.Hostname) ?? (samePort.Count == 1 ? samePort[0] : null);
    }

    private static IReadOnlyList<string> Flags(NodeFlags flags) =>
    [
        .. new[]
        {
            (NodeFlags.Master, "master"), (NodeFlags.Replica, "slave"), (NodeFlags.PossibleFailure, "fail?"), (NodeFlags.Failure, "fail"),
            (NodeFlags.Handshake, "handshake"), (NodeFlags.NoAddress, "noaddr"), (NodeFlags.NoFailover, "nofailover"),
        }.Where(flag => flags.HasFlag(flag.Item1)).Select(flag => flag.Item2),
    ];
}
