using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Whole numbers that add up, out of proportions that do not.</summary>
internal static class SlotShares
{
    // Weights are decimal fractions: a quota this near to a whole number is one.
    private const double Nearly = 1e-9;

    /// <summary>
    /// All slots divided by weight, each share its quota rounded down or up. Where there is a choice of whom to round up, it is the one that
    /// spares a move, then the one with the larger fraction.
    /// </summary>
    /// <param name="weights">0 or more each, not all 0.</param>
    /// <param name="current">What each has now.</param>
    public static int[] ByWeight(IReadOnlyList<double> weights, IReadOnlyList<int> current)
    {
        var sum = weights.Sum();
        return Round([.. weights.Select(weight => HashSlot.Count * (weight / sum))], HashSlot.Count, current);
    }

    /// <summary>A number taken from several in proportion to what they have, from nobody more than that.</summary>
    /// <param name="held">What each has.</param>
    /// <param name="count">At most their sum.</param>
    public static int[] InProportion(IReadOnlyList<int> held, int count)
    {
        var sum = held.Sum();
        return Round([.. held.Select(own => (double)own * count / Math.Max(sum, 1))], count, held);
    }

    private static int[] Round(double[] quotas, int total, IReadOnlyList<int> current)
    {
        var shares = quotas.Select(quota => (int)Math.Floor(quota + Nearly)).ToArray();
        var roundUp = Enumerable.Range(0, quotas.Length)
            .Where(i => quotas[i] - shares[i] > Nearly)
            .OrderByDescending(i => current[i] > shares[i])
            .ThenByDescending(i => quotas[i] - shares[i])
            .ThenBy(i => i)
            .Take(total - shares.Sum());
        foreach (var i in roundUp)
        {
            shares[i]++;
        }

        return shares;
    }
}
