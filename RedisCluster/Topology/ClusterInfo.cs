using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RedisCluster.Topology;

/// <summary>A node's reply to CLUSTER INFO.</summary>
public sealed class ClusterInfo
{
    private ClusterInfo(FrozenDictionary<string, string> values)
    {
        Values = values;
        IsOk = values.GetValueOrDefault("cluster_state") switch
        {
            "ok" => true,
            "fail" => false,
            var other => throw Malformed("cluster_state", other),
        };
        SlotsAssigned = (int)Number("cluster_slots_assigned", HashSlot.Count);
        SlotsOk = (int)Number("cluster_slots_ok", HashSlot.Count);
        SlotsPossiblyFailed = (int)Number("cluster_slots_pfail", HashSlot.Count);
        SlotsFailed = (int)Number("cluster_slots_fail", HashSlot.Count);
        KnownNodes = (int)Number("cluster_known_nodes", int.MaxValue);
        Size = (int)Number("cluster_size", int.MaxValue);
        CurrentEpoch = Number("cluster_current_epoch", long.MaxValue);
        MyEpoch = Number("cluster_my_epoch", long.MaxValue);
    }

    /// <summary>Every field of the reply as it was written.</summary>
    public IReadOnlyDictionary<string, string> Values { get; }

    /// <summary>cluster_state is ok: the node believes that it can serve queries.</summary>
    public bool IsOk { get; }

    /// <summary>Slots with an owner.</summary>
    public int SlotsAssigned { get; }

    /// <summary>Slots whose owner is neither suspected nor failed.</summary>
    public int SlotsOk { get; }

    /// <summary>Slots whose owner is suspected to be down.</summary>
    public int SlotsPossiblyFailed { get; }

    /// <summary>Slots whose owner is down.</summary>
    public int SlotsFailed { get; }

    /// <summary>How many nodes it knows, itself and handshakes included.</summary>
    public int KnownNodes { get; }

    /// <summary>How many masters serve at least one slot.</summary>
    public int Size { get; }

    /// <summary>The highest epoch seen in the cluster.</summary>
    public long CurrentEpoch { get; }

    /// <summary>The node's own configuration epoch (its master's for a replica).</summary>
    public long MyEpoch { get; }

    /// <summary>Reads the reply to CLUSTER INFO.</summary>
    /// <param name="text">Lines of <c>name:value</c>.</param>
    /// <returns>The fields.</returns>
    /// <exception cref="FormatException">A line or a needed field is malformed or missing; the message names it.</exception>
    public static ClusterInfo Parse(string text) => new(InfoLines.Read(text, "CLUSTER INFO"));

    /// <summary>Reads the reply to CLUSTER INFO.</summary>
    /// <param name="text">Lines of <c>name:value</c>.</param>
    /// <param name="info">The fields, or null.</param>
    /// <returns>False when <see cref="Parse"/> would throw.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ClusterInfo? info) => Reply.TryRead(text, Parse, out info);

    private static FormatException Malformed(string field, string? found) =>
        new(found is null ? $"CLUSTER INFO: {field} is missing." : $"CLUSTER INFO, {field}: '{found}' is not valid.");

    private long Number(string field, long most) =>
        long.TryParse(Values.GetValueOrDefault(field), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= most
            ? value
            : throw Malformed(field, Values.GetValueOrDefault(field));
}
