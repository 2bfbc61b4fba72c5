using StackExchange.Redis;

namespace HitCounter.Api.Store;

/// <summary>The keys of the counter. The braces put them all into one slot.</summary>
internal static class CounterKeys
{
    public const string TotalName = "{hits}:total";

    public static readonly RedisKey Total = TotalName;

    public static RedisKey Writer(string id) => $"{{hits}}:writers:{id}";
}
