using Aspire.StackExchange.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

/// <summary>Registers StackExchange.Redis clients with a host.</summary>
public static class AspireRedisExtensions
{
    private const string Section = "Aspire:StackExchange:Redis";

    /// <summary>Registers an <see cref="IConnectionMultiplexer"/>, configured by <c>ConnectionStrings:{connectionName}</c> and the section <c>Aspire:StackExchange:Redis</c>.</summary>
    public static void AddRedisClient(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<StackExchangeRedisSettings>? configureSettings = null,
        Action<ConfigurationOptions>? configureOptions = null)
        => Register(builder, connectionName, serviceKey: null, configureSettings, configureOptions);

    /// <summary>As <see cref="AddRedisClient"/>, for extensions that build upon the client.</summary>
    public static AspireRedisClientBuilder AddRedisClientBuilder(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<StackExchangeRedisSettings>? configureSettings = null,
        Action<ConfigurationOptions>? configureOptions = null)
        => Register(builder, connectionName, serviceKey: null, configureSettings, configureOptions);

    /// <summary>Registers an <see cref="IConnectionMultiplexer"/> under the key <paramref name="name"/>, which is the connection's name too.</summary>
    public static void AddKeyedRedisClient(
        this IHostApplicationBuilder builder,
        string name,
        Action<StackExchangeRedisSettings>? configureSettings = null,
        Action<ConfigurationOptions>? configureOptions = null)
        => AddKeyedRedisClientBuilder(builder, name, configureSettings, configureOptions);

    /// <summary>As <see cref="AddKeyedRedisClient"/>, for extensions that build upon the client.</summary>
    public static AspireRedisClientBuilder AddKeyedRedisClientBuilder(
        this IHostApplicationBuilder builder,
        string name,
        Action<StackExchangeRedisSettings>? configureSettings = null,
        Action<ConfigurationOptions>? configureOptions = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Register(builder, name, serviceKey: name, configureSettings, configureOptions);
    }

    private static AspireRedisClientBuilder Register(
        IHostApplicationBuilder builder,
        string connectionName,
        string? serviceKey,
        Action<StackExchangeRedisSettings>? configureSettings,
        Action<ConfigurationOptions>? configureOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);

        var common = builder.Configuration.GetSection(Section);
        var named = common.GetSection(connectionName);
        var settings = new StackExchangeRedisSettings();
        common.Bind(settings);
        named.Bind(settings);
        settings.ConnectionString = builder.Configuration.GetConnectionString(connectionName) ?? settings.ConnectionString;
        configureSettings?.Invoke(settings);

        var services = builder.Services;
        var optionsName = serviceKey ?? Options.Options.DefaultName;
        services.AddSingleton(new RedisClientRegistration(optionsName, settings));
        services.TryAddTransient<IOptionsFactory<ConfigurationOptions>, ConnectionStringOptionsFactory>();
        services.Configure<ConfigurationOptions>(optionsName, options =>
        {
            common.GetSection("ConfigurationOptions").Bind(options);
            named.GetSection("ConfigurationOptions").Bind(options);
            configureOptions?.Invoke(options);
        });

        AddMultiplexer(services, connectionName, serviceKey, settings.DisableAutoActivation);
        if (!settings.DisableTracing)
        {
            services.TryAddSingleton<RedisCommandTracing>();
            services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource(RedisCommandTracing.SourceName));
        }

        if (!settings.DisableHealthChecks)
        {
            AddHealthCheck(builder, connectionName, serviceKey);
        }

        return new AspireRedisClientBuilder(builder, settings, serviceKey);
    }

    private static void AddMultiplexer(IServiceCollection services, string connectionName, string? serviceKey, bool lazy)
    {
        if (serviceKey is null)
        {
            services.AddSingleton<IConnectionMultiplexer>(provider => Connect(provider, connectionName, Options.Options.DefaultName));
            if (!lazy)
            {
                services.ActivateSingleton<IConnectionMultiplexer>();
            }

            return;
        }

        services.AddKeyedSingleton<IConnectionMultiplexer>(serviceKey, (provider, _) => Connect(provider, connectionName, serviceKey));
        if (!lazy)
        {
            services.ActivateKeyedSingleton<IConnectionMultiplexer>(serviceKey);
        }
    }

    private static void AddHealthCheck(IHostApplicationBuilder builder, string connectionName, string? serviceKey)
    {
        var name = serviceKey is null ? "StackExchange.Redis" : $"StackExchange.Redis_{connectionName}";
        // The key by which Aspire's components, ours or theirs, see that a check of this name is there already.
        if (!builder.Properties.TryAdd($"Aspire.HealthChecks.{name}", true))
        {
            return;
        }

        // A factory and not an instance: resolving connects, and a failure to connect is the check's to report.
        builder.Services.AddHealthChecks().AddRedis(
            provider => serviceKey is null
                ? provider.GetRequiredService<IConnectionMultiplexer>()
                : provider.GetRequiredKeyedService<IConnectionMultiplexer>(serviceKey),
            name);
    }

    private static ConnectionMultiplexer Connect(IServiceProvider provider, string connectionName, string optionsName)
    {
        var options = provider.GetRequiredService<IOptionsMonitor<ConfigurationOptions>>().Get(optionsName);
        if (options.EndPoints.Count == 0)
        {
            throw new InvalidOperationException(
                $"No Redis endpoint is known: set 'ConnectionStrings:{connectionName}' or '{Section}:ConnectionString'.");
        }

        options.LoggerFactory ??= provider.GetService<ILoggerFactory>();
        var multiplexer = ConnectionMultiplexer.Connect(options);
        provider.GetService<RedisCommandTracing>()?.Follow(multiplexer);
        return multiplexer;
    }
}
