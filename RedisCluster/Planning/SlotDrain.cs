using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Gives all slots of one master to others, so that those have as equal numbers as can be without moving anything else.</summary>
internal static class SlotDrain
{
    /// <param name="slots">The slots to give away.</param>
    /// <param name="targets">How many slots each of the others has, at least one entry.</param>
    /// <returns>For each of the others what it gets: consecutive slots, none where it has enough.</returns>
    public static ImmutableArray<SlotSet> Share(SlotSet slots, IReadOnlyList<int> targets)
    {
        var counts = targets.ToArray();
        var poorest = new PriorityQueue<int, (int Count, int Index)>(targets.Select((count, index) => (index, (count, index))));
        for (var i = 0; i < slots.Count; i++)
        {
            var index = poorest.Dequeue();
            counts[index]++;
            poorest.Enqueue(index, (counts[index], index));
        }

        var given = 0;
        var shares = ImmutableArray.CreateBuilder<SlotSet>(counts.Length);
        for (var index = 0; index < counts.Length; index++)
        {
            var count = counts[index] - targets[index];
            shares.Add(SlotSet.Of(slots.Skip(given).Take(count)));
            given += count;
        }

        return shares.MoveToImmutable();
    }
}
