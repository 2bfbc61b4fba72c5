using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>The replicas of one master, and which of them may take its place.</summary>
internal sealed class FailoverCandidates
{
    private readonly ObservedCluster _cluster;
    private readonly ClusterNode _master;
    private readonly FailoverMode _mode;
    private readonly List<(ClusterNode Node, long Offset)> _fit;

    public FailoverCandidates(ObservedCluster cluster, ClusterNode master, FailoverMode mode)
    {
        (_cluster, _master, _mode) = (cluster, master, mode);
        _fit =
        [
            .. cluster.ReplicasOf(master.Id)
                .Where(r => Unfit(r) is null)
                .Select(r => (Node: r, cluster.Find(r.Id)!.Replication!.Offset))
                .OrderByDescending(r => r.Offset)
                .ThenBy(r => cluster.EndpointOf(r.Node).Host, StringComparer.Ordinal)
                .ThenBy(r => cluster.EndpointOf(r.Node).Port),
        ];
    }

    /// <summary>Why a planned handover cannot be; null when it can.</summary>
    public string? MasterObstacle()
    {
        var name = _cluster.NameOf(_master);
        var what = _mode != FailoverMode.Planned ? null
            : _cluster.Find(_master.Id) is null ? $"{name} does not answer"
            : _cluster.IsFailed(_master.Id) ? $"{name} is down to its peers"
            : null;
        return what is null ? null
            : $"{what}, and a planned handover needs it. --force promotes a replica without it: what it had not passed on is lost.";
    }

    /// <summary>The replica with most data, or the one asked for if none has more.</summary>
    public (ClusterNode? Replica, Refusal? Refusal) Choose(ClusterNode? asked)
    {
        var name = _cluster.NameOf(_master);
        if (asked is not null)
        {
            return Unfit(asked) is { } reason ? (null, reason)
                : _mode != FailoverMode.Planned && _fit[0].Offset > OffsetOf(asked)
                    ? (null, new Refusal(RefusalKind.LosesData, _cluster.EndpointOf(asked), string.Create(
                        CultureInfo.InvariantCulture,
                        $"{_cluster.NameOf(asked)} has {_fit[0].Offset - OffsetOf(asked)} bytes less of {name}'s data than {_cluster.NameOf(_fit[0].Node)}: promote that one.")))
                : (asked, null);
        }

        if (_fit.Count > 0)
        {
            return (_fit[0].Node, null);
        }

        var replicas = _cluster.ReplicasOf(_master.Id).ToList();
        return (null, replicas.Count == 0
            ? new Refusal(RefusalKind.NotWell, null, $"{name} has no replica: netbox cluster add-node with --replica gives it one.")
            : Unfit(replicas[0]));
    }

    /// <summary>How many masters with slots can vote, of how many.</summary>
    public (int Voters, int Size) Voters(ClusterNode replica)
    {
        var seenBy = _cluster.Find(replica.Id)!.View!;
        var masters = _cluster.Nodes.Where(n => n.IsMaster && !n.Slots.IsEmpty).ToList();
        // Whom we cannot reach from here, the replica may.
        return (
            masters.Count(m => _cluster.Find(m.Id) is not null || seenBy.Find(m.Id) is { IsFailed: false, IsPossiblyFailed: false, IsLinkConnected: true }),
            masters.Count);
    }

    /// <summary>Why it is this one.</summary>
    public string Reason(ClusterNode replica) => _fit.Count == 1
        ? "it is the only replica that can"
        : _fit[0].Offset == OffsetOf(replica)
            ? string.Create(CultureInfo.InvariantCulture, $"no other replica of {_fit.Count} has more of the data")
            : "it was asked for; it gets what it lacks before it takes over";

    private long OffsetOf(ClusterNode replica) => _cluster.Find(replica.Id)?.Replication?.Offset ?? 0;

    private Refusal? Unfit(ClusterNode replica)
    {
        var name = _cluster.NameOf(replica);
        var said = _cluster.Find(replica.Id);
        return said?.Replication is not { Role: ReplicationRole.Replica } replication
                ? new Refusal(RefusalKind.Unreachable, _cluster.EndpointOf(replica), $"the replica {name} does not answer.")
            : replication.IsSyncInProgress == true
                ? new Refusal(RefusalKind.LosesData, said.Endpoint, $"the replica {name} is still receiving its copy of the data: wait until it has it.")
            : _mode == FailoverMode.Planned && replication.IsMasterLinkUp != true
                ? new Refusal(
                    RefusalKind.LosesData, said.Endpoint, $"the replica {name} has no link to its master and lacks its latest writes: wait for the link, or --force promotes it as it is.")
            : null;
    }
}
