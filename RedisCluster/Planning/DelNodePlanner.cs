using System.Collections.Immutable;
using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Decides how a node leaves a cluster, or what is left of a leaving that was interrupted. Pure: the same input gives the same plan.</summary>
public static class DelNodePlanner
{
    private const string Operation = "del-node";

    /// <summary>Fewer masters cannot agree by majority that one of them is gone.</summary>
    private const int FewestMasters = 3;

    /// <summary>Plans the leaving.</summary>
    /// <remarks>
    /// A master first gives its slots to the others; its replicas go to the shards that need them. Then all nodes forget it at once, because
    /// one that still knows it would bring it back a minute later. Refused: to remove the only owner of slots, a node with slots that does not
    /// answer, and the replica of a master that does not.
    /// </remarks>
    /// <param name="observation">The cluster, all nodes asked.</param>
    /// <param name="outsider">What the node said that the request names by host:port and the cluster does not know; null when there is none.</param>
    /// <param name="request">What is asked for.</param>
    /// <returns>Steps, nothing to do, or a refusal. Never throws for what nodes or users say.</returns>
    public static ClusterPlan Plan(ClusterObservation observation, NodeObservation? outsider, DelNodeRequest request)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(request);
        var cluster = ObservedCluster.Of(observation);
        if (cluster.Reference is null)
        {
            return ClusterPlan.Refuse(Operation, [.. AddNodeRules.NotWell(cluster)]);
        }

        var (node, refusal) = NodeReference.Find(cluster, request.Node);
        node ??= Remembered(cluster, request.Node);
        if (node is null)
        {
            return outsider is { IsReachable: true, View: not null } ? Finish(cluster, outsider, request) : ClusterPlan.Refuse(Operation, refusal!);
        }

        var leaving = new LeavingNode(cluster, node);
        return leaving.Refusals().ToArray() is { Length: > 0 } refusals ? ClusterPlan.Refuse(Operation, refusals) : Write(cluster, leaving, request);
    }

    // Most nodes have forgotten it, some have not: an interrupted run.
    private static ClusterNode? Remembered(ObservedCluster cluster, string name) => cluster.Views
        .SelectMany(v => v.View!.Nodes)
        .FirstOrDefault(n => !n.IsMyself && !n.IsHandshake && (string.Equals(n.Id.ToString(), name, StringComparison.OrdinalIgnoreCase) || n.Address.ToClientString() == name));

    // Everybody has forgotten it, only the reset is missing.
    private static ClusterPlan Finish(ObservedCluster cluster, NodeObservation outsider, DelNodeRequest request)
    {
        var myself = outsider.View!.Myself;
        var everyone = Everyone(cluster, myself.Id);
        var others = outsider.View.Nodes.Where(n => !n.IsMyself).ToList();
        return others.Count == 0 ? new() { Operation = Operation }
            : others.All(n => cluster.Reference!.Find(n.Id) is not null)
                ? new()
                {
                    Operation = Operation,
                    Leaving = [outsider.Endpoint],
                    Phases = request.Reset
                        ? [new("reset", [new ResetNode(outsider.Endpoint, myself.Id, everyone, "it was forgotten already and does not know")]), Gone(everyone, myself)]
                        : [],
                }
                : ClusterPlan.Refuse(Operation, new Refusal(
                    RefusalKind.ForeignCluster, outsider.Endpoint, $"{outsider.Endpoint.ToClientString()} belongs to another cluster. Nothing was touched; name a node of that cluster first."));
    }

    private static ClusterPlan Write(ObservedCluster cluster, LeavingNode leaving, DelNodeRequest request)
    {
        var id = leaving.Node.Id;
        var everyone = Everyone(cluster, id);
        var endpoint = cluster.EndpointOf(leaving.Node);
        List<PlanStep> replicate = [.. Replicas(cluster, leaving, request)];
        return new ClusterPlan
        {
            Operation = Operation,
            Leaving = [endpoint],
            Warnings = [.. Warnings(cluster, leaving, request)],
            Phases =
            [
                .. Phase("finish", leaving.Finish(request.Tuning)),
                .. Phase("drain", leaving.Drain(request.Tuning)),
                .. Phase("replicas", replicate),
                .. Phase("sync", replicate.Count == 0 ? [] : [new AwaitReplicas([.. replicate.OfType<Replicate>().Select(r => r.Node)], "a replica without the data protects nothing")]),
                .. Phase("forget", everyone.Select(member => new Forget(member, id, "whoever still knows it would bring it back"))),
                .. Phase("reset", request.Reset && leaving.Answers
                    ? [new ResetNode(endpoint, id, everyone, "it can be used anew, and does not go on believing that it is part of the cluster")]
                    : []),
                Gone(everyone, leaving.Node),
            ],
        };
    }

    private static IEnumerable<PlanStep> Replicas(ObservedCluster cluster, LeavingNode leaving, DelNodeRequest request)
    {
        var replicas = cluster.ReplicasOf(leaving.Node.Id).Where(r => cluster.Find(r.Id) is not null).ToList();
        var need = new ReplicaNeed(cluster, request.Labels, [leaving.Node.Id, .. replicas.Select(r => r.Id)]);
        foreach (var replica in replicas.OrderBy(r => r.Id))
        {
            if (need.Choose(need.PlaceOf(replica)) is { } master)
            {
                yield return new Replicate(
                    cluster.EndpointOf(replica), cluster.EndpointOf(master), master.Id, "its master leaves, and that shard has the fewest replicas");
            }
        }
    }

    private static IEnumerable<string> Warnings(ObservedCluster cluster, LeavingNode leaving, DelNodeRequest request)
    {
        var name = cluster.NameOf(leaving.Node);
        var masters = cluster.Nodes.Count(n => n.IsMaster && !n.Slots.IsEmpty && n.Id != leaving.Node.Id);
        if (leaving.OwnsSlots && masters < FewestMasters)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{masters} masters with slots are left: fewer than {FewestMasters} cannot agree that one of them is down.");
        }

        if (leaving.Node.MasterId is { } id && !cluster.ReplicasOf(id).Any(r => r.Id != leaving.Node.Id && ReplicaRules.IsWorking(r, cluster))
            && cluster.Reference!.Find(id) is { Slots.IsEmpty: false } master)
        {
            yield return $"{cluster.NameOf(master)} has no other working replica.";
        }

        foreach (var silent in cluster.Nodes.Where(n => n.Id != leaving.Node.Id && cluster.Find(n.Id) is null))
        {
            yield return $"{cluster.NameOf(silent)} does not answer and cannot forget {name}: run it again when it is back, or it brings {name} back.";
        }

        if (request.Reset && !leaving.Answers)
        {
            yield return $"{name} does not answer and is not reset: if it lives on, it goes on believing that it is part of the cluster.";
        }
    }

    private static ImmutableArray<NodeEndpoint> Everyone(ObservedCluster cluster, NodeId without) =>
        [.. cluster.Views.Where(v => v.View!.Myself.Id != without && cluster.Reference!.Find(v.View.Myself.Id) is not null).Select(v => v.Endpoint)];

    // After the reset: until then it may greet those that have forgotten it, who then know it again.
    private static PlanPhase Gone(ImmutableArray<NodeEndpoint> everyone, ClusterNode node) =>
        new("gone", [new AwaitForgotten(everyone, node.Id, "one that missed it would bring it back") { Address = node.Address.Ip.Length > 0 ? node.Address : null }]);

    private static IEnumerable<PlanPhase> Phase(string name, IEnumerable<PlanStep> steps)
    {
        ImmutableArray<PlanStep> all = [.. steps];
        return all.IsEmpty ? [] : [new PlanPhase(name, all)];
    }
}
