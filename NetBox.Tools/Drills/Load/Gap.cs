namespace NetBox.Tools.Drills.Load;

/// <summary>A time without any acknowledgement, from one to the next; timestamps.</summary>
internal readonly record struct Gap(long Start, long End)
{
    public TimeSpan Length(TimeProvider time) => time.GetElapsedTime(Start, End);

    /// <summary>The longest gap that ended after one moment and not after another.</summary>
    /// <param name="times">When something was acknowledged, ascending.</param>
    /// <param name="from">The moment of the fault: a gap that was over by then has nothing to do with it.</param>
    /// <param name="until">The end of what is looked at.</param>
    /// <returns>Null where nothing was acknowledged before, or nothing since.</returns>
    public static Gap? Longest(IReadOnlyList<long> times, long from, long until = long.MaxValue)
    {
        Gap? longest = null;
        for (var i = 1; i < times.Count; i++)
        {
            if (times[i] > from && times[i] <= until && (longest is not { } known || times[i] - times[i - 1] > known.End - known.Start))
            {
                longest = new Gap(times[i - 1], times[i]);
            }
        }

        return longest;
    }

    /// <summary>Several writers of one shard as one series.</summary>
    public static IReadOnlyList<long> Merge(IEnumerable<IReadOnlyList<long>> series) => [.. series.SelectMany(times => times).Order()];
}
