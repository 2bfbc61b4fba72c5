using System.Globalization;

namespace RedisCluster.Hosting;

/// <summary>One directive of a Redis configuration, its value split into words as in <c>redis.conf</c>.</summary>
internal sealed record RedisServerOption(string Key, params string[] Words);

/// <summary>The directives every node gets, wherever it runs.</summary>
internal static class RedisServerOptions
{
    /// <summary>What AddRedisCluster decides by itself, and what to use instead.</summary>
    private static readonly Dictionary<string, string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        ["port"] = "the port argument of AddRedisCluster",
        ["cluster-port"] = "the port argument of AddRedisCluster",
        ["bind"] = "a container node",
        ["dir"] = "WithDataVolume",
        ["requirepass"] = "the password argument of AddRedisCluster",
        ["masterauth"] = "the password argument of AddRedisCluster",
        ["cluster-enabled"] = "AddRedis for a server that is no cluster node",
        ["cluster-config-file"] = "WithDataVolume",
        ["cluster-node-timeout"] = "WithNodeTimeout",
        ["cluster-announce-ip"] = "the address the node has",
        ["cluster-announce-port"] = "the port argument of AddRedisCluster",
        ["cluster-announce-bus-port"] = "the port argument of AddRedisCluster",
        ["cluster-announce-hostname"] = "the address the node has",
        ["cluster-preferred-endpoint-type"] = "the address the node has",
        ["daemonize"] = "the resource's own lifetime",
    };

    /// <summary>What to use instead of setting the directive, or null where it may be set.</summary>
    public static string? InsteadOf(string key) => Reserved.GetValueOrDefault(key);

    public static TimeSpan DefaultNodeTimeout(bool isRunMode) => TimeSpan.FromSeconds(isRunMode ? 5 : 15);

    /// <summary>The directives in order; a value from WithRedisConfig replaces ours.</summary>
    public static IReadOnlyList<RedisServerOption> Of(RedisClusterSettings settings, bool isRunMode)
    {
        var timeout = (long)(settings.NodeTimeout ?? DefaultNodeTimeout(isRunMode)).TotalMilliseconds;
        List<RedisServerOption> options =
        [
            new("cluster-enabled", "yes"),
            new("cluster-config-file", "nodes.conf"),
            new("cluster-node-timeout", timeout.ToString(CultureInfo.InvariantCulture)),
            new("cluster-require-full-coverage", "no"),
            new("cluster-migration-barrier", "1"),
            new("appendonly", "yes"),
            // A master waits 5 s for more replicas before it sends the first copy, and the cluster is not healthy before that.
            new("repl-diskless-sync-delay", "0"),
            // Only ever on loopback or inside the container network, and a password is set in any case.
            new("protected-mode", "no"),
        ];
        foreach (var (key, value) in settings.Config)
        {
            options.RemoveAll(option => string.Equals(option.Key, key, StringComparison.OrdinalIgnoreCase));
            options.Add(new(key, value.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } words ? words : [""]));
        }

        return options;
    }
}
