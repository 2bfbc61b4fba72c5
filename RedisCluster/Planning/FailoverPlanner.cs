using System.Collections.Immutable;
using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Decides which replica takes its master's place, and whether it may. Pure: the same input gives the same plan.</summary>
public static class FailoverPlanner
{
    private const string Operation = "failover";

    /// <summary>Plans the handover.</summary>
    /// <remarks>
    /// Refused: a planned handover without the master or without a replica in step with it; one that needs votes where no majority is left;
    /// a replica that is behind another one, or that never had all the data; any handover while nodes disagree on who is the master of the
    /// shard, because another failover is under way then.
    /// </remarks>
    /// <param name="observation">The cluster, all nodes asked.</param>
    /// <param name="request">What is asked for.</param>
    /// <returns>Steps, nothing to do, or a refusal. Never throws for what nodes or users say.</returns>
    public static ClusterPlan Plan(ClusterObservation observation, FailoverRequest request)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(request);
        var cluster = ObservedCluster.Of(observation);
        if ((request.Replica is null) == (request.Shard is null))
        {
            return Refuse(RefusalKind.BadRequest, "give either the replica that takes over or the master of the shard.");
        }

        var (node, refusal) = NodeReference.Find(cluster, request.Replica ?? request.Shard!);
        if (refusal is not null)
        {
            return ClusterPlan.Refuse(Operation, refusal);
        }

        if (request.Replica is not null && node!.IsMaster)
        {
            // Not its own shard handed over: the same command, run again, would undo what it did.
            return new() { Operation = Operation, Warnings = [$"{cluster.NameOf(node)} is a master already; --shard {node.Id.ToShortString()} hands its shard over to a replica."] };
        }

        if (request.Shard is not null && !node!.IsMaster)
        {
            return Refuse(RefusalKind.BadRequest, $"{cluster.NameOf(node)} is a replica, of {node.MasterId?.ToShortString()}: name a master, or leave --shard out to promote this replica.");
        }

        var master = node!.IsMaster ? node : node.MasterId is { } id ? cluster.Reference!.Find(id) : null;
        return master is null
            ? Refuse(RefusalKind.NotWell, $"nobody knows the master of {cluster.NameOf(node)}: netbox cluster check says more.")
            : Plan(cluster, master, request.Replica is null ? null : node, request.Mode);
    }

    private static ClusterPlan Plan(ObservedCluster cluster, ClusterNode master, ClusterNode? asked, FailoverMode mode)
    {
        if (UnderWay(cluster, master) is { } dissenter)
        {
            return Refuse(
                RefusalKind.NotWell,
                $"{dissenter.ToClientString()} sees other roles in the shard of {cluster.NameOf(master)} than most nodes: another failover is under way. Run it again when netbox cluster check is clean.");
        }

        var candidates = new FailoverCandidates(cluster, master, mode);
        if (candidates.MasterObstacle() is { } gone)
        {
            return Refuse(RefusalKind.LosesData, gone);
        }

        var (replica, refusal) = candidates.Choose(asked);
        if (refusal is not null)
        {
            return ClusterPlan.Refuse(Operation, refusal);
        }

        var (voters, size) = candidates.Voters(replica!);
        if (mode != FailoverMode.Takeover && voters <= size / 2)
        {
            return Refuse(
                RefusalKind.NotWell,
                $"{voters} of {size} masters answer, and a majority has to agree: --takeover promotes {cluster.NameOf(replica!)} without asking, and is right only if the others are lost.");
        }

        return Write(cluster, master, replica!, mode, candidates);
    }

    // Between the moment a replica takes over and the moment everybody heard of it, views differ.
    private static NodeEndpoint? UnderWay(ObservedCluster cluster, ClusterNode master)
    {
        var shard = cluster.ReplicasOf(master.Id).Append(master).ToList();
        return cluster.Views
            .FirstOrDefault(v => shard.Any(n => v.View!.Find(n.Id) is { } seen && seen.IsMaster != n.IsMaster))
            ?.Endpoint;
    }

    private static ClusterPlan Write(
        ObservedCluster cluster, ClusterNode master, ClusterNode replica, FailoverMode mode, FailoverCandidates candidates)
    {
        var (from, to) = (cluster.EndpointOf(master), cluster.EndpointOf(replica));
        var isMasterThere = cluster.Find(master.Id) is not null;
        ImmutableArray<NodeEndpoint> followers =
        [
            .. cluster.ReplicasOf(master.Id).Where(r => r.Id != replica.Id && cluster.Find(r.Id) is not null).Select(cluster.EndpointOf),
            .. isMasterThere ? [from] : (NodeEndpoint[])[],
        ];
        return new ClusterPlan
        {
            Operation = Operation,
            Warnings = [.. Warnings(cluster, master, replica, mode)],
            Phases =
            [
                new("promote", [new TakeOver(to, from, master.Id, mode, candidates.Reason(replica))]),
                new("agree", [new AwaitRoles(
                    [.. cluster.Views.Select(v => v.Endpoint)], replica.Id, master.Id, isMasterThere, "clients are sent by any node to the master it believes in")]),
                .. followers.IsEmpty ? [] : (PlanPhase[])[new("sync", [new AwaitReplicas(followers, "the next loss has to find a replica with the data")])],
            ],
        };
    }

    private static IEnumerable<string> Warnings(ObservedCluster cluster, ClusterNode master, ClusterNode replica, FailoverMode mode)
    {
        if (mode == FailoverMode.Planned)
        {
            yield break;
        }

        var (from, to) = (cluster.NameOf(master), cluster.NameOf(replica));
        if (cluster.Find(master.Id)?.Replication is { } said)
        {
            var behind = Math.Max(0, said.Offset - (cluster.Find(replica.Id)?.Replication?.Offset ?? 0));
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{from} answers: a planned handover would lose nothing, this one loses what it has not passed on to {to} ({behind} bytes at the moment).");
        }
        else
        {
            yield return $"what {from} had not passed on to {to} is lost.";
        }

        if (mode == FailoverMode.Takeover)
        {
            yield return "nobody is asked: if the masters that do not answer live on elsewhere, one side's writes are lost when both meet again.";
        }
    }

    private static ClusterPlan Refuse(RefusalKind kind, string message) => ClusterPlan.Refuse(Operation, new Refusal(kind, null, message));
}
