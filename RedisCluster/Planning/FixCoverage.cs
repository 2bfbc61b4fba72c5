using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Who takes slots that nobody owns, nobody is thought to own, and nobody holds keys of: those who own fewest, in pieces as large as possible.</summary>
internal static class FixCoverage
{
    public static IEnumerable<FixDecision> Spread(FixScene scene, SlotSet slots, IReadOnlyList<FixDecision> others)
    {
        if (slots.IsEmpty || scene.Masters.IsEmpty)
        {
            return [];
        }

        var gained = others.Where(d => d.Take).GroupBy(d => d.Owner.Id).ToDictionary(g => g.Key, g => g.Count());

        // A master without slots is a spare, or one that was drained: not for a fix to decide, unless there are no others.
        var takers = scene.Masters.Where(m => !m.Slots.IsEmpty).ToList();
        takers = takers.Count > 0 ? takers : [.. scene.Masters];
        var load = takers.Select(m => m.Slots.Count + gained.GetValueOrDefault(m.Id)).ToArray();
        var share = new int[takers.Count];
        for (var i = 0; i < slots.Count; i++)
        {
            var least = Array.IndexOf(load, load.Min());
            load[least]++;
            share[least]++;
        }

        var owners = takers.Zip(share).SelectMany(taker => Enumerable.Repeat(taker.First, taker.Second));
        return slots.Zip(owners, (slot, owner) => new FixDecision { Slot = slot, Owner = owner, Take = true });
    }
}
