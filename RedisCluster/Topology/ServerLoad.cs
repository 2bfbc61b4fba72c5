using System.Globalization;

namespace RedisCluster.Topology;

/// <summary>How busy a server is, from its INFO. The rates are the server's own, over about its last second.</summary>
public sealed record ServerLoad
{
    /// <summary>Bytes of memory in use (used_memory).</summary>
    public long UsedMemory { get; init; }

    /// <summary>The most bytes it may use (maxmemory); 0 is no limit.</summary>
    public long MaxMemory { get; init; }

    /// <summary>Commands per second, those that ask for this included.</summary>
    public long OperationsPerSecond { get; init; }

    /// <summary>What it reads from the network, in units of 1024 bytes per second.</summary>
    public double InputKilobytesPerSecond { get; init; }

    /// <summary>What it writes to the network, in units of 1024 bytes per second.</summary>
    public double OutputKilobytesPerSecond { get; init; }

    /// <summary>Connected clients, replicas not among them.</summary>
    public long Clients { get; init; }

    /// <summary>Keys evicted for want of memory since it started.</summary>
    public long EvictedKeys { get; init; }

    /// <summary>Time since it started, to the second.</summary>
    public TimeSpan Uptime { get; init; }

    // Servers differ in what they tell; none of it is worth giving up the rest for.
    internal static ServerLoad From(IReadOnlyDictionary<string, string> info) => new()
    {
        UsedMemory = Whole(info, "used_memory"),
        MaxMemory = Whole(info, "maxmemory"),
        OperationsPerSecond = Whole(info, "instantaneous_ops_per_sec"),
        InputKilobytesPerSecond = Real(info, "instantaneous_input_kbps"),
        OutputKilobytesPerSecond = Real(info, "instantaneous_output_kbps"),
        Clients = Whole(info, "connected_clients"),
        EvictedKeys = Whole(info, "evicted_keys"),
        Uptime = TimeSpan.FromSeconds(Math.Min(Whole(info, "uptime_in_seconds"), uint.MaxValue)),
    };

    private static long Whole(IReadOnlyDictionary<string, string> info, string field) =>
        long.TryParse(info.GetValueOrDefault(field), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;

    private static double Real(IReadOnlyDictionary<string, string> info, string field) =>
        double.TryParse(info.GetValueOrDefault(field), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : 0;
}
