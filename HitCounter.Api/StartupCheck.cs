using HitCounter.Api.Store;
using StackExchange.Redis;

namespace HitCounter.Api;

/// <summary>Looks at the configuration before anything is built, so that a mistake in it is one line and not a stack trace.</summary>
internal static class StartupCheck
{
    /// <returns>What is wrong and what to do, or null.</returns>
    public static string? Read(IConfiguration configuration, out HitCounterOptions options)
    {
        options = new HitCounterOptions();
        try
        {
            configuration.GetSection(HitCounterOptions.Section).Bind(options);
        }
        catch (InvalidOperationException exception)
        {
            return exception.Message;
        }

        return options.Problems().FirstOrDefault() ?? ConnectionString(configuration);
    }

    private static string? ConnectionString(IConfiguration configuration)
    {
        const string Key = $"ConnectionStrings:{StoreConnections.ConnectionName}";
        var value = configuration.GetConnectionString(StoreConnections.ConnectionName)
            ?? configuration["Aspire:StackExchange:Redis:ConnectionString"];
        if (string.IsNullOrWhiteSpace(value))
        {
            return $"{Key} is not set; give it the cluster's nodes, for instance --{Key}=host:6379,host:6380";
        }

        try
        {
            return ConfigurationOptions.Parse(value).EndPoints.Count == 0 ? $"{Key} names no node; it needs host:port at least once" : null;
        }
        catch (ArgumentException exception)
        {
            return $"{Key} cannot be read: {exception.Message.ReplaceLineEndings(" ")}";
        }
    }
}

internal static class ExitCodes
{
    public const int Fine = 0;
    public const int Fault = 1;
    public const int BadUsage = 2;
}
