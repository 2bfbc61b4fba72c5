using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Slots;

/// <summary>The commands of moving slots, spelt out once.</summary>
internal static class SlotCommands
{
    public static RespCommand Count(int slot) => RespCommand.Of("CLUSTER", "COUNTKEYSINSLOT", slot);

    public static RespCommand Keys(int slot, int most) => RespCommand.Of("CLUSTER", "GETKEYSINSLOT", slot, most);

    public static RespCommand Importing(int slot, NodeId source) => RespCommand.Of("CLUSTER", "SETSLOT", slot, "IMPORTING", source.ToString());

    public static RespCommand Migrating(int slot, NodeId target) => RespCommand.Of("CLUSTER", "SETSLOT", slot, "MIGRATING", target.ToString());

    public static RespCommand Stable(int slot) => RespCommand.Of("CLUSTER", "SETSLOT", slot, "STABLE");

    public static RespCommand Owner(int slot, NodeId owner) => RespCommand.Of("CLUSTER", "SETSLOT", slot, "NODE", owner.ToString());

    public static RespCommand Size(ReadOnlyMemory<byte> key) => RespCommand.Of("MEMORY", "USAGE", key);

    /// <summary>The ends of the ranges in turn, as words of a command.</summary>
    public static IEnumerable<RespArgument> Ends(SlotSet slots) => slots.ToRanges().SelectMany(range => new RespArgument[] { range.First, range.Last });
}
