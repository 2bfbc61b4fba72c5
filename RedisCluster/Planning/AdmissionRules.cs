using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Why nodes that are not a whole cluster yet may not be formed into one.</summary>
internal static class AdmissionRules
{
    /// <param name="members">The nodes of the request.</param>
    /// <param name="onlyReplicasMissing">The cluster stands and works, so its masters and replicas may hold keys; only nodes yet to be attached may not.</param>
    public static IEnumerable<Refusal> Check(MemberSet members, bool onlyReplicasMissing)
    {
        // What protects data comes first: the first refusal decides how the whole is reported.
        return members.All.SelectMany(m => Foreign(m, members))
            .Concat(members.All.Where(m => !onlyReplicasMissing || m.IsEmptyMaster).SelectMany(Keys))
            .Concat(members.All.SelectMany(OpenSlots))
            .Concat(members.All.SelectMany(Mode))
            .Concat(SameNode(members))
            .Concat(members.All.SelectMany(Silent));
    }

    /// <summary>It does not answer, or not as a Redis server.</summary>
    public static IEnumerable<Refusal> Silent(Member member)
    {
        if (member.IsReachable)
        {
            yield break;
        }

        yield return member.Observation?.Problem switch
        {
            null => new Refusal(RefusalKind.Unreachable, member.Endpoint, $"{member.Name} was not asked."),
            { Kind: NodeProblemKind.AccessDenied } p => new Refusal(RefusalKind.AccessDenied, member.Endpoint, $"{member.Name} refuses access: {p.Message}"),
            { Kind: NodeProblemKind.Protocol } p => new Refusal(RefusalKind.Unsupported, member.Endpoint, $"{member.Name} does not answer like a Redis server: {p.Message}"),
            { } p => new Refusal(RefusalKind.Unreachable, member.Endpoint, $"{member.Name} does not answer: {p.Message}"),
        };
    }

    /// <summary>It does not run in cluster mode.</summary>
    public static IEnumerable<Refusal> Mode(Member member)
    {
        if (member.IsReachable && (member.View is null || member.Observation!.IsClusterEnabled == false))
        {
            yield return new Refusal(
                RefusalKind.NotClusterMode, member.Endpoint, $"{member.Name} does not run in cluster mode: start it with cluster-enabled yes.");
        }
    }

    private static IEnumerable<Refusal> SameNode(MemberSet members) =>
        members.All
            .Where(m => m.Id is not null)
            .GroupBy(m => m.Id)
            .Where(g => g.Skip(1).Any())
            .Select(g => new Refusal(
                RefusalKind.BadRequest,
                g.First().Endpoint,
                $"{string.Join(" and ", g.Select(m => m.Name))} are the same node: name each node once."));

    private static IEnumerable<Refusal> Foreign(Member member, MemberSet members)
    {
        if (member.View is null)
        {
            yield break;
        }

        foreach (var node in member.View.Nodes)
        {
            if (node.IsHandshake ? !members.MayBeMember(node) : members.Find(node.Id) is null && !MayBeSilent(node, members))
            {
                yield return new Refusal(
                    RefusalKind.ForeignCluster,
                    member.Endpoint,
                    $"{member.Name} belongs to another cluster: it knows {node.Id.ToShortString()} at {node.Address.ToClientString()}, which is not one of the nodes given. Nothing was touched; give fresh nodes, or all nodes of that cluster.");
                yield break;
            }
        }
    }

    // Without an answer there is no id to compare: such a node is reported as silent, not as a stranger.
    private static bool MayBeSilent(ClusterNode node, MemberSet members) =>
        members.All.Any(m => !m.IsReachable && m.MayBeAt(node.Address));

    /// <summary>It holds keys, or does not say.</summary>
    public static IEnumerable<Refusal> Keys(Member member)
    {
        if (member.View is null || member.Observation!.KeyCount == 0)
        {
            yield break;
        }

        var held = member.Observation.KeyCount is { } keys
            ? string.Create(CultureInfo.InvariantCulture, $"holds {keys} key{(keys == 1 ? "" : "s")}")
            : "does not say whether it holds keys";
        yield return new Refusal(
            RefusalKind.HoldsKeys,
            member.Endpoint,
            $"{member.Name} {held} and is not part of a working cluster of these nodes. Nothing was touched; give an empty node, or empty it yourself if the data is not needed.");
    }

    private static IEnumerable<Refusal> OpenSlots(Member member)
    {
        if (member.View?.Myself is { } myself && (myself.Migrating.Length > 0 || myself.Importing.Length > 0))
        {
            var slot = myself.Migrating.Concat(myself.Importing).First().Slot;
            yield return new Refusal(
                RefusalKind.ForeignLayout,
                member.Endpoint,
                string.Create(CultureInfo.InvariantCulture, $"{member.Name} has open slots (such as {slot}) of an interrupted migration. Nothing was touched; close them first."));
        }
    }
}
