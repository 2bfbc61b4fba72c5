using System.Numerics;

namespace NetBox.Tools.Drills.Load;

/// <summary>What was acknowledged against what is there.</summary>
internal static class Accounting
{
    /// <summary>Each write set the bit of its sequence number, so that repeating one changes nothing.</summary>
    /// <param name="acknowledged">The sequence numbers that were answered, each once.</param>
    /// <param name="stored">The bits that are there; the first one is the highest of its byte.</param>
    public static (long Stored, long Lost) Compare(IEnumerable<long> acknowledged, ReadOnlySpan<byte> stored)
    {
        long lost = 0;
        foreach (var sequence in acknowledged)
        {
            lost += sequence / 8 < stored.Length && (stored[(int)(sequence / 8)] & (0x80 >> (int)(sequence % 8))) != 0 ? 0 : 1;
        }

        long count = 0;
        foreach (var bits in stored)
        {
            count += BitOperations.PopCount(bits);
        }

        return (count, lost);
    }

    /// <summary>An app that counts tells how many there are, not which: what is missing is lost, what is too many nobody knows.</summary>
    public static (long Stored, long Lost) Compare(long acknowledged, long before, long after) =>
        (after - before, Math.Max(0, acknowledged - (after - before)));
}
