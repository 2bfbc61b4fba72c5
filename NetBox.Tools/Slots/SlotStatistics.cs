using RedisCluster.Protocol;

namespace NetBox.Tools.Slots;

/// <summary>What one server counted of one slot; null is what it does not count.</summary>
internal sealed record SlotStatistics(int Slot, long Keys, long? CpuMicroseconds, long? BytesIn, long? BytesOut)
{
    public const string Command = "CLUSTER SLOT-STATS";
    public const string ByCpu = "cpu-usec";
    public const string ByKeys = "key-count";

    /// <summary>Reads the answer to CLUSTER SLOT-STATS.</summary>
    /// <exception cref="FormatException">The answer is anything else.</exception>
    public static IEnumerable<SlotStatistics> Parse(RespValue answer)
    {
        try
        {
            return [.. answer.AsList().Select(slot => Parse(slot.AsList()[0].AsNumber(), slot.AsList()[1]))];
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentOutOfRangeException)
        {
            throw new FormatException($"{Command}: {exception.Message}", exception);
        }
    }

    /// <summary>What was counted since then. A server that has started to count anew in between has counted nothing less than it says now.</summary>
    public SlotStatistics Since(SlotStatistics? before) => this with
    {
        CpuMicroseconds = Less(CpuMicroseconds, before?.CpuMicroseconds),
        BytesIn = Less(BytesIn, before?.BytesIn),
        BytesOut = Less(BytesOut, before?.BytesOut),
    };

    private static SlotStatistics Parse(long slot, RespValue counts)
    {
        var values = counts.AsPairs().ToDictionary(pair => pair.Key.AsText(), pair => pair.Value.AsNumber());
        return new((int)slot, values.GetValueOrDefault(ByKeys), Find(ByCpu), Find("network-bytes-in"), Find("network-bytes-out"));

        long? Find(string name) => values.TryGetValue(name, out var value) ? value : null;
    }

    private static long? Less(long? now, long? before) => now is { } value ? before is { } was && was <= value ? value - was : value : null;
}
