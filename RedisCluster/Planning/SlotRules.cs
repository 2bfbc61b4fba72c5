using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Slots nobody owns, slots that several own, and keys where they do not belong.</summary>
internal static class SlotRules
{
    public static IEnumerable<Finding> Check(ObservedCluster cluster, CheckOptions options) =>
        Coverage(cluster).Concat(Claims(cluster)).Concat(Strays(cluster, options.Keys ?? SlotKeys.None));

    private static IEnumerable<Finding> Coverage(ObservedCluster cluster)
    {
        if (cluster.Reference is not { } reference)
        {
            yield break;
        }

        var missing = reference.CoveredSlots().Complement();
        if (!missing.IsEmpty)
        {
            yield return new Finding(
                Severity.Error, FindingCodes.SlotsUncovered, $"{missing.Count} of {HashSlot.Count} slots have no owner: {missing}.");
        }
    }

    private static IEnumerable<Finding> Claims(ObservedCluster cluster)
    {
        var once = SlotSet.Empty;
        var twice = SlotSet.Empty;
        foreach (var node in cluster.Views)
        {
            twice = twice.Union(once.Intersect(node.View!.Myself.Slots));
            once = once.Union(node.View.Myself.Slots);
        }

        foreach (var claim in twice.GroupBy(slot => string.Join(" and ", cluster.Views.Where(v => v.View!.Myself.Slots.Contains(slot)).Select(v => v.Endpoint.ToClientString()))))
        {
            yield return new Finding(
                Severity.Error, FindingCodes.SlotOwnersMany, $"{claim.Key} each say that they own slots {SlotSet.Of(claim)}.");
        }
    }

    private static IEnumerable<Finding> Strays(ObservedCluster cluster, SlotKeys keys)
    {
        foreach (var node in cluster.Views.Where(v => v.View!.Myself.IsMaster))
        {
            var myself = node.View!.Myself;
            var slots = keys.SlotsOf(myself.Id).Except(myself.Slots).Except(SlotSet.Of(myself.Importing.Select(open => open.Slot)));
            if (!slots.IsEmpty)
            {
                yield return new Finding(
                    Severity.Error,
                    FindingCodes.KeysElsewhere,
                    string.Create(CultureInfo.InvariantCulture, $"{node.Endpoint.ToClientString()} holds {keys.Of(myself.Id, slots)} keys in slots it does not own, where no client finds them: {slots}."),
                    node.Endpoint);
            }
        }
    }
}
