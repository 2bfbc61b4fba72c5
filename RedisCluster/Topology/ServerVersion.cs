namespace RedisCluster.Topology;

/// <summary>Who made the server.</summary>
public enum ServerProduct
{
    /// <summary>Redis.</summary>
    Redis,

    /// <summary>Valkey, which also states the Redis version it is compatible with.</summary>
    Valkey,
}

/// <summary>Product and version of a server.</summary>
/// <param name="Product">Redis or Valkey.</param>
/// <param name="Version">The product's own version.</param>
public sealed record ServerVersion(ServerProduct Product, Version Version)
{
    /// <inheritdoc />
    public override string ToString() => $"{Product} {Version}";

    internal static ServerVersion? From(IReadOnlyDictionary<string, string> info)
    {
        if (info.TryGetValue("valkey_version", out var valkey))
        {
            return new ServerVersion(ServerProduct.Valkey, Read(valkey, "valkey_version"));
        }

        return info.TryGetValue("redis_version", out var redis)
            ? new ServerVersion(ServerProduct.Redis, Read(redis, "redis_version"))
            : null;
    }

    private static Version Read(string text, string field)
    {
        // Pre-releases are written like 8.0-rc1.
        var numbers = text.AsSpan();
        var dash = numbers.IndexOf('-');
        return Version.TryParse(dash < 0 ? numbers : numbers[..dash], out var version)
            ? version
            : throw new FormatException($"INFO, {field}: '{text}' is not a version.");
    }
}
