using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Slots nobody owns, and slots left half way.</summary>
internal static class SlotRules
{
    public static IEnumerable<Finding> Check(ObservedCluster cluster)
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

        foreach (var node in cluster.Views)
        {
            foreach (var (open, what) in new[] { (node.View!.Myself.Migrating, "migrating"), (node.View.Myself.Importing, "importing") })
            {
                if (!open.IsEmpty)
                {
                    yield return new Finding(
                        Severity.Error,
                        FindingCodes.SlotOpen,
                        $"{node.Endpoint.ToClientString()} has slots left {what}: {SlotSet.Of(open.Select(o => o.Slot))}.",
                        node.Endpoint);
                }
            }
        }
    }
}
