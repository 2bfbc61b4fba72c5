using RedisCluster.Topology;

namespace HitCounter.Api.Counting;

/// <summary>
/// Which lane a page belongs to: lanes are ranges of slots, cut so that the shards of a cluster of 1, 2, 3, 4, 6 or 12 equal ones share none,
/// and a shard that fails over holds up its own pages (and others only as long as the nodes serve nothing while a slot has no owner,
/// which is cluster-require-full-coverage). Their number is what bounds the memory, not the number of names.
/// </summary>
internal static class HitLanes
{
    public const int Count = 12;

    // Lane n begins at slot n * 16384 / 12, rounded as redis-cli rounds where it deals out slots.
    public static int Of(int slot) => (Count * slot + Count / 2 - 1) / HashSlot.Count;
}
