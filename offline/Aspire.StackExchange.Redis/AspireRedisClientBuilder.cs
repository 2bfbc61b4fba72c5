using Microsoft.Extensions.Hosting;

namespace Aspire.StackExchange.Redis;

/// <summary>A registered Redis client, for extensions that build upon it.</summary>
public sealed class AspireRedisClientBuilder
{
    /// <summary>Describes the client registered with <paramref name="hostBuilder"/>.</summary>
    public AspireRedisClientBuilder(IHostApplicationBuilder hostBuilder, StackExchangeRedisSettings settings, string? serviceKey)
    {
        ArgumentNullException.ThrowIfNull(hostBuilder);
        HostBuilder = hostBuilder;
        Settings = settings;
        ServiceKey = serviceKey;
    }

    /// <summary>The host the client belongs to.</summary>
    public IHostApplicationBuilder HostBuilder { get; }

    /// <summary>The settings the client was registered with.</summary>
    public StackExchangeRedisSettings Settings { get; }

    /// <summary>The key of the service, or null for the unkeyed one.</summary>
    public string? ServiceKey { get; }
}
