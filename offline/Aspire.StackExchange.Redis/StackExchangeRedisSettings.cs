namespace Aspire.StackExchange.Redis;

/// <summary>What a Redis client registration can be told, from configuration or from code.</summary>
public sealed class StackExchangeRedisSettings
{
    /// <summary>The connection string in StackExchange.Redis format; <c>ConnectionStrings:{name}</c> wins over it.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>True leaves out the health check. Default: false.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>True leaves out the tracing of commands. Default: false.</summary>
    public bool DisableTracing { get; set; }

    /// <summary>False connects while the host starts; true, the default, at the first use.</summary>
    public bool DisableAutoActivation { get; set; } = true;
}
