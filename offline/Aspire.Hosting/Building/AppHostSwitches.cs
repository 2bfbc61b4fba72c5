using Aspire.Hosting.Publishing;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>The command line of an AppHost.</summary>
internal static class AppHostSwitches
{
    private static readonly Dictionary<string, string> Keys = new()
    {
        ["--operation"] = "AppHost:Operation",
        ["--publisher"] = "Publishing:Publisher",
        ["--step"] = "Pipeline:Step",
        ["--output-path"] = "Pipeline:OutputPath",
        ["--log-level"] = "Pipeline:LogLevel",
        ["--include-exception-details"] = "Pipeline:IncludeExceptionDetails",
        ["--clear-cache"] = "Pipeline:ClearCache",
        ["--yes"] = "Pipeline:SkipConfirmation",
    };

    public static void AddTo(ConfigurationManager configuration, string[] args)
    {
        configuration.AddCommandLine(args, Keys);

        // "--publisher manifest" alone says it all.
        if (string.Equals(configuration["Publishing:Publisher"], "manifest", StringComparison.OrdinalIgnoreCase))
        {
            Default("Pipeline:Step", ManifestStep.Name);
            Default("AppHost:Operation", "Publish");
        }

        void Default(string key, string value)
        {
            if (string.IsNullOrEmpty(configuration[key]))
            {
                configuration[key] = value;
            }
        }
    }

    public static DistributedApplicationExecutionContextOptions Operation(IConfiguration configuration)
    {
        var publisher = configuration["Publishing:Publisher"];
        return configuration["AppHost:Operation"]?.ToLowerInvariant() switch
        {
            "publish" => new DistributedApplicationExecutionContextOptions(DistributedApplicationOperation.Publish, publisher ?? "manifest"),
            "run" => new DistributedApplicationExecutionContextOptions(DistributedApplicationOperation.Run),
            null when publisher is not null => new DistributedApplicationExecutionContextOptions(DistributedApplicationOperation.Publish, publisher),
            null => new DistributedApplicationExecutionContextOptions(DistributedApplicationOperation.Run),
            _ => throw new DistributedApplicationException("Invalid operation specified. Valid operations are 'publish' or 'run'."),
        };
    }
}
