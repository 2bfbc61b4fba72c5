using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Divides the 16384 slots among masters.</summary>
public static class SlotAllocation
{
    /// <summary>
    /// One range per master, as redis-cli divides them: the ends are rounded multiples of 16384 / n, the last master gets the rest.
    /// Three masters: 0-5460, 5461-10922, 10923-16383.
    /// </summary>
    /// <param name="masters">1 to 16384.</param>
    /// <returns>Ranges in ascending order that cover every slot once.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number of masters is out of range.</exception>
    public static ImmutableArray<SlotRange> Divide(int masters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(masters, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(masters, HashSlot.Count);
        var ranges = ImmutableArray.CreateBuilder<SlotRange>(masters);
        // Single precision, added up: redis-cli calculates like this, and clusters it made must be recognised as divided alike.
        var share = HashSlot.Count / (float)masters;
        var cursor = 0f;
        var first = 0;
        for (var i = 0; i < masters; i++)
        {
            var last = i == masters - 1
                ? HashSlot.Count - 1
                : Math.Max(first, (int)MathF.Round(cursor + share - 1, MidpointRounding.AwayFromZero));
            ranges.Add(new SlotRange(first, last));
            first = last + 1;
            cursor += share;
        }

        return ranges.MoveToImmutable();
    }
}
