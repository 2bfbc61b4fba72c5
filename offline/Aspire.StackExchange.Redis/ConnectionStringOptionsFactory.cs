using Microsoft.Extensions.Options;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace Aspire.StackExchange.Redis;

internal sealed record RedisClientRegistration(string OptionsName, StackExchangeRedisSettings Settings);

// ConfigurationOptions.Parse makes a new object and cannot fill an existing one, so the options system needs a factory of its own.
internal sealed class ConnectionStringOptionsFactory(
    IEnumerable<RedisClientRegistration> registrations,
    IEnumerable<IConfigureOptions<ConfigurationOptions>> setups,
    IEnumerable<IPostConfigureOptions<ConfigurationOptions>> postConfigures,
    IEnumerable<IValidateOptions<ConfigurationOptions>> validations)
    : OptionsFactory<ConfigurationOptions>(setups, postConfigures, validations)
{
    protected override ConfigurationOptions CreateInstance(string name)
    {
        var connectionString = registrations.LastOrDefault(r => r.OptionsName == name)?.Settings.ConnectionString;
        var options = connectionString is null ? base.CreateInstance(name) : ConfigurationOptions.Parse(connectionString);
        if (options.Defaults.GetType() == typeof(DefaultOptionsProvider))
        {
            options.Defaults = new KeepTryingByDefault();
        }

        return options;
    }

    private sealed class KeepTryingByDefault : DefaultOptionsProvider
    {
        public override bool AbortOnConnectFail => false;
    }
}
