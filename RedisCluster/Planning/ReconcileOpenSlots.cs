using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Slots that are half open. Whoever moves slots opens them, so only those that stay so for long are an interrupted migration.</summary>
internal static class ReconcileOpenSlots
{
    public static ReconcileDecision? Decide(ReconcileSituation situation)
    {
        var open = situation.Members
            .SelectMany(member => member.View!.Myself.Migrating.Concat(member.View.Myself.Importing).Select(slot => (Member: member, slot.Slot)))
            .ToList();
        if (open.Count == 0)
        {
            return null;
        }

        // All are asked about, also after one that has lasted: each has a time of its own.
        var lasting = open.Count(slot => situation.Watch.HasLasted(
            string.Create(CultureInfo.InvariantCulture, $"open {slot.Member.Id} {slot.Slot}"), situation.Desired.Patience));
        var slots = SlotSet.Of(open.Select(slot => slot.Slot));
        return lasting == 0
            ? new(ReconcileKind.Waiting, "slots are being moved, or were left half way")
            : new(ReconcileKind.Fix, string.Create(CultureInfo.InvariantCulture, $"{slots.Count} slots were left half way, such as {slots.First()}"));
    }
}
