using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Why a cluster may not be fixed as it is: keys would be given up, or there is no cluster.</summary>
internal static class FixRefusals
{
    public static IEnumerable<Refusal> Check(FixScene scene, FixRequest request, SlotKeys keys)
    {
        if (scene.Claimed.IsEmpty && !keys.Nodes.Any() && scene.Missing.IsEmpty)
        {
            yield return new Refusal(
                RefusalKind.BadRequest, null, "No node that answers owns a slot or holds a key: there is no cluster to fix (netbox cluster create forms one).");
            yield break;
        }

        foreach (var loss in Losses(scene))
        {
            // What a replica still has need not be given up by anyone.
            if (!request.FixWithUnreachableMasters || loss.Replica is not null)
            {
                yield return new Refusal(
                    RefusalKind.DataAtRisk,
                    loss.Node,
                    $"{loss.What}: the keys it has would be lost. "
                    + (loss.Replica is { } replica
                        ? $"Let its replica take over (netbox cluster failover {replica} --takeover), or bring it back."
                        : "Bring it back, or give them up with --fix-with-unreachable-masters."));
            }
        }
    }

    /// <summary>The same as warnings, for who said to go on.</summary>
    public static IEnumerable<string> Warnings(FixScene scene) =>
        Losses(scene).Select(loss => $"{loss.What}: the keys it has are given up, and it drops them when it comes back.");

    private static IEnumerable<(NodeEndpoint Node, string What, string? Replica)> Losses(FixScene scene)
    {
        foreach (var (node, slots) in scene.Missing)
        {
            var half = SlotSet.Of(scene.Masters.SelectMany(m => m.Migrating.Where(open => open.Value == node.Id && m.Slots.Contains(open.Key)).Select(open => open.Key)));
            if (slots.IsEmpty && half.IsEmpty)
            {
                continue;
            }

            var endpoint = scene.Cluster.EndpointOf(node);
            var why = scene.Cluster.Find(node.Id) is not null ? "is cut off from the cluster bus"
                : scene.Cluster.All.FirstOrDefault(n => n.Endpoint == endpoint)?.Problem is { } problem ? $"does not answer ({problem.Message})"
                : "does not answer";
            var held = string.Join(
                " and ",
                new[] { slots.IsEmpty ? null : $"owns {SlotText.Of(slots)}", half.IsEmpty ? null : $"may hold keys of {SlotText.Of(half)}, which were on their way to it" }
                    .OfType<string>());
            var replica = slots.IsEmpty ? null : scene.Members.FirstOrDefault(v => v.View!.Myself.MasterId == node.Id);
            yield return (endpoint, $"{endpoint.ToClientString()} {why} and {held}", replica?.Endpoint.ToClientString());
        }
    }
}
