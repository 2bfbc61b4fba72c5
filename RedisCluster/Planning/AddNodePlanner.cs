using System.Collections.Immutable;
using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Decides how a node joins a cluster, or what is left of a joining that was interrupted. Pure: the same input gives the same plan.</summary>
public static class AddNodePlanner
{
    private const string Operation = "add-node";

    /// <summary>Up to here every member is told to meet the new node; above, a few introduce it and gossip does the rest.</summary>
    private const int LargestMesh = 64;

    private const int Introducers = 8;

    /// <summary>Plans the joining.</summary>
    /// <remarks>
    /// Refused, data first: a node that knows strangers, holds keys, slots or functions of its own, or whose address leads its peers to
    /// somebody else; a cluster with uncovered slots or a disputed slot map.
    /// </remarks>
    /// <param name="observation">The cluster; whether the new node is part of it does not matter.</param>
    /// <param name="joining">The new node.</param>
    /// <param name="request">What is asked for.</param>
    /// <returns>Steps, nothing to do, or a refusal. Never throws for what nodes or users say.</returns>
    public static ClusterPlan Plan(ClusterObservation observation, JoiningNode joining, AddNodeRequest request)
    {
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(joining);
        ArgumentNullException.ThrowIfNull(request);
        var node = new Member(0, request.Node, joining.Said);
        var known = ObservedCluster.Of(observation);
        var isMember = AddNodeRules.IsMember(known, node);
        // A stranger that was given as a seed is no part of the picture.
        var cluster = isMember ? known : ObservedCluster.Of(observation with { Nodes = [.. observation.Nodes.Where(n => n.MyId is null || n.MyId != node.Id)] });
        if (AddNodeRules.Check(cluster, node, joining).ToArray() is { Length: > 0 } refusals)
        {
            return ClusterPlan.Refuse(Operation, refusals);
        }

        var asReplica = request.AsReplica || request.Master is not null;
        var (master, refusal) = asReplica ? MasterFor(cluster, node, request) : (null, RoleTaken(node, isMember));
        return refusal is not null ? ClusterPlan.Refuse(Operation, refusal) : Write(cluster, node, joining, master);
    }

    private static Refusal? RoleTaken(Member node, bool isMember) =>
        isMember && node.View!.Myself.IsReplica
            ? Bad(node, $"{node.Name} is a replica of this cluster already: netbox cluster failover makes it a master.")
            : null;

    private static (ClusterNode? Master, Refusal? Refusal) MasterFor(ObservedCluster cluster, Member node, AddNodeRequest request)
    {
        ClusterNode? asked = null;
        if (request.Master is { } name)
        {
            (asked, var refusal) = NodeReference.Find(cluster, name);
            refusal ??= !asked!.IsMaster ? Bad(node, $"{cluster.NameOf(asked)} is a replica itself: name its master, {asked.MasterId?.ToShortString()}.")
                : asked.Id == node.Id ? Bad(node, $"{node.Name} cannot follow itself: name another master.")
                : cluster.Find(asked.Id) is null ? new Refusal(RefusalKind.Unreachable, null, $"the master {cluster.NameOf(asked)} does not answer.")
                : null;
            if (refusal is not null)
            {
                return (null, refusal);
            }
        }

        if (node.MasterId is { } current)
        {
            return asked is null || asked.Id == current
                ? (cluster.Reference!.Find(current), null)
                : (null, Bad(node, $"{node.Name} follows {current.ToShortString()} already, not {asked.Id.ToShortString()}."));
        }

        if (!node.Slots.IsEmpty)
        {
            return (null, Bad(node, $"{node.Name} is a master of this cluster with {node.Slots.Count} slots: it cannot become a replica before it has given them away."));
        }

        var need = new ReplicaNeed(cluster, request.Labels, node.Id is { } own ? [own] : []);
        var chosen = asked ?? need.Choose(need.Place(request.Node, node.MeetIp, node.Observation!.AvailabilityZone));
        return chosen is null ? (null, new Refusal(RefusalKind.NotWell, null, "no master with slots answers.")) : (chosen, null);
    }

    private static ClusterPlan Write(ObservedCluster cluster, Member node, JoiningNode joining, ClusterNode? master)
    {
        var id = node.Id!.Value;
        var members = cluster.Views.Where(v => v.MyId != id && cluster.Reference!.Find(v.View!.Myself.Id) is not null).ToList();
        ImmutableArray<NodeEndpoint> everyone = [.. members.Select(m => m.Endpoint), node.Endpoint];
        List<PlanStep> meet = [.. Meet(members, node)];
        var missing = joining.ClusterFunctions.Length - joining.Functions.Length;
        List<PlanStep> functions = master is null && missing > 0 && Source(cluster, id) is { } source
            ? [new CopyFunctions(node.Endpoint, source, joining.ClusterFunctions.Length, "a master has to have the functions of the others")]
            : [];
        List<PlanStep> replicate = master is not null && node.MasterId != master.Id
            ? [new Replicate(node.Endpoint, cluster.EndpointOf(master), master.Id, Because(cluster, master))]
            : [];
        return new ClusterPlan
        {
            Operation = Operation,
            Joining = [node.Endpoint],
            Warnings = [.. Warnings(cluster, node, joining)],
            Phases = meet.Count + functions.Count + replicate.Count == 0 && IsSettled(members, node, master) ? [] :
            [
                .. Phase("confirm", meet.Count == 0 ? [] : [new ConfirmFresh(
                    node.Endpoint, id, [.. cluster.Nodes.Select(n => n.Id)], "an address may have found another owner, and to meet it would merge two clusters")]),
                .. Phase("functions", functions),
                .. Phase("meet", meet),
                .. Phase("know", [new AwaitMembership(everyone, "a node has joined when every other one says so")]),
                .. Phase("replicate", replicate),
                .. Phase("sync", master is null ? [] : [new AwaitReplicas([node.Endpoint], "a replica without the data protects nothing")]),
            ],
        };
    }

    // A run that was killed after its last change had not seen the result: that is looked at again.
    private static bool IsSettled(List<NodeObservation> members, Member node, ClusterNode? master) =>
        members.All(m => m.View!.Find(node.Id!.Value) is { } seen && seen.MasterId == master?.Id)
        && (master is null || node.Observation!.Replication is { IsMasterLinkUp: true, IsSyncInProgress: not true });

    private static IEnumerable<PlanStep> Meet(List<NodeObservation> members, Member node)
    {
        var introducers = members.Count <= LargestMesh ? members : members.Take(Introducers);
        return introducers
            .Where(m => m.View!.Find(node.Id!.Value) is null)
            .Select(m => new Meet(m.Endpoint, node.Endpoint, node.MeetIp, node.MeetPort, node.MeetBusPort, "it does not know that node yet"));
    }

    /// <summary>Where functions come from: the first master that answers and has slots.</summary>
    internal static NodeEndpoint? Source(ObservedCluster cluster, NodeId? without) => cluster.Nodes
        .Where(n => n.IsMaster && !n.Slots.IsEmpty && n.Id != without && cluster.Find(n.Id) is not null)
        .OrderBy(n => n.Slots.First())
        .Select(cluster.EndpointOf)
        .FirstOrDefault();

    private static string Because(ObservedCluster cluster, ClusterNode master)
    {
        var count = cluster.ReplicasOf(master.Id).Count(r => ReplicaRules.IsWorking(r, cluster));
        return string.Create(CultureInfo.InvariantCulture, $"that shard has {count} working replica{(count == 1 ? "" : "s")}");
    }

    private static IEnumerable<string> Warnings(ObservedCluster cluster, Member node, JoiningNode joining)
    {
        foreach (var silent in cluster.All.Where(n => !n.IsReachable))
        {
            yield return $"{silent.Endpoint.ToClientString()} does not answer; it hears of the new node when it is back.";
        }

        if (joining.IdAtMeetAddress is null)
        {
            yield return $"{node.MeetIp} port {node.MeetPort}, where its peers will meet {node.Name}, cannot be reached from here: who answers there could not be confirmed.";
        }
    }

    private static IEnumerable<PlanPhase> Phase(string name, IEnumerable<PlanStep> steps)
    {
        ImmutableArray<PlanStep> all = [.. steps];
        return all.IsEmpty ? [] : [new PlanPhase(name, all)];
    }

    private static Refusal Bad(Member node, string message) => new(RefusalKind.BadRequest, node.Endpoint, message);
}
