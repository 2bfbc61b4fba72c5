using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Why a node may not be taken into a cluster.</summary>
internal static class AddNodeRules
{
    public static IEnumerable<Refusal> Check(ObservedCluster cluster, Member node, JoiningNode joining)
    {
        // What protects data comes first: the first refusal decides how the whole is reported.
        return Foreign(cluster, node)
            .Concat(OtherOwner(node, joining))
            .Concat(IsMember(cluster, node) ? [] : AdmissionRules.Keys(node).Concat(Slots(node)))
            .Concat(Functions(node, joining))
            .Concat(AdmissionRules.Mode(node))
            .Concat(AdmissionRules.Silent(node))
            .Concat(NotWell(cluster));
    }

    public static bool IsMember(ObservedCluster cluster, Member node) => node.Id is { } id && cluster.Reference?.Find(id) is not null;

    /// <summary>Slots and roles have to be beyond doubt before anyone joins.</summary>
    public static IEnumerable<Refusal> NotWell(ObservedCluster cluster)
    {
        var summary = cluster.Summarize();
        var what = cluster.Reference is null ? "no node of a cluster answers"
            : summary.SlotsCovered < HashSlot.Count ? $"{HashSlot.Count - summary.SlotsCovered} slots of the cluster have no owner"
            : !summary.NodesAgree ? "the nodes of the cluster disagree on who owns which slots"
            : null;
        if (what is not null)
        {
            yield return new Refusal(RefusalKind.NotWell, null, $"{what}: netbox cluster check says more, netbox cluster fix mends it.");
        }
    }

    private static IEnumerable<Refusal> Foreign(ObservedCluster cluster, Member node)
    {
        var stranger = node.View?.Nodes.FirstOrDefault(n => !n.IsMyself
            && (n.IsHandshake
                ? !cluster.Nodes.Any(known => known.Address.Ip == n.Address.Ip && known.Address.Port == n.Address.Port)
                : cluster.Reference?.Find(n.Id) is null));
        if (stranger is not null)
        {
            yield return new Refusal(
                RefusalKind.ForeignCluster,
                node.Endpoint,
                $"{node.Name} belongs to another cluster: it knows {stranger.Id.ToShortString()} at {stranger.Address.ToClientString()}. Nothing was touched; give a fresh node, or take it out of that cluster first.");
        }
    }

    private static IEnumerable<Refusal> OtherOwner(Member node, JoiningNode joining)
    {
        if (node.Id is { } id && joining.IdAtMeetAddress is { } other && other != id)
        {
            yield return new Refusal(
                RefusalKind.ForeignCluster,
                node.Endpoint,
                $"{node.Name} is {id.ToShortString()}, but at {node.MeetIp} port {node.MeetPort}, where its peers would meet it, {other.ToShortString()} answers. Nothing was touched; correct what it announces (cluster-announce-ip, cluster-announce-port).");
        }
    }

    private static IEnumerable<Refusal> Slots(Member node)
    {
        if (node.View is { Myself: { Slots.IsEmpty: false } or { Migrating.Length: > 0 } or { Importing.Length: > 0 } })
        {
            yield return new Refusal(
                RefusalKind.ForeignLayout,
                node.Endpoint,
                $"{node.Name} has slots of its own ({node.Slots.Count}). Nothing was touched; give a fresh node, or delete its slots yourself if nobody uses it.");
        }
    }

    private static IEnumerable<Refusal> Functions(Member node, JoiningNode joining)
    {
        var own = joining.Functions.FirstOrDefault(library => !joining.ClusterFunctions.Contains(library));
        if (own is not null)
        {
            yield return new Refusal(
                RefusalKind.LosesData,
                node.Endpoint,
                $"{node.Name} has functions that the cluster has not, such as the library {own.Name}. Nothing was touched; delete them there, or load them into the cluster first.");
        }
    }
}
