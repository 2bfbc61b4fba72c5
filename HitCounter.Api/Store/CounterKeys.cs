using HitCounter.Api.Counting;
using RedisCluster.Topology;
using StackExchange.Redis;

namespace HitCounter.Api.Store;

/// <summary>The keys of the counters. The braces put those of one page into one slot, and the pages into slots all over the cluster.</summary>
internal static class CounterKeys
{
    private const string RootTag = "{hits}";

    public static RedisKey Total(Page page) => Tag(page) + ":total";

    public static RedisKey Writer(Page page, string id) => $"{Tag(page)}:writers:{id}";

    public static int SlotOf(Page page) => HashSlot.Of(Tag(page));

    private static string Tag(Page page) => page.Name is { } name ? $"{{hits:{name}}}" : RootTag;
}
