namespace AppHost;

/// <summary>
/// What may stand behind <c>dotnet run --project AppHost --</c>: switches of Aspire and configuration keys. Configuration itself takes
/// any key and says nothing about a misspelt one.
/// </summary>
internal static class CommandLine
{
    private static readonly string[] Switches =
    [
        "--operation", "--publisher", "--step", "--output-path", "--log-level", "--include-exception-details", "--clear-cache", "--yes",
        "--dcp-cli-path", "--dcp-container-runtime", "--dcp-dependency-check-timeout", "--dcp-dashboard-path", "--environment", "--urls",
        "--contentRoot", "--applicationName",
    ];

    private static readonly string[] Ours =
    [
        "RedisCluster:Nodes", "RedisCluster:Port", AppHostSettings.ShardsKey, AppHostSettings.ReplicasKey, AppHostSettings.HitCounterPortKey, AppHostSettings.NetBoxPortKey,
        AppHostSettings.NamespaceKey, AppHostSettings.ImageRegistryKey, AppHostSettings.ImageTagKey, AppHostSettings.StorageSizeKey, AppHostSettings.StorageClassKey, AppHostSettings.NodeSelectorKey,
    ];

    private static readonly string[] Sections =
    [
        "AppHost", "Aspire", "ASPIRE", "ConnectionStrings", "Dashboard", "DcpPublisher", "Deployment", "Logging", "Parameters", "Pipeline", "Publishing", "Kestrel",
    ];

    private static readonly string[] VariablePrefixes = ["ASPIRE_", "ASPNETCORE_", "DOTNET_", "OTEL_"];

    /// <summary>One line about the first argument nobody would read, or null.</summary>
    public static string? FaultIn(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? argument : argument[..equals];
            if (!name.StartsWith("--", StringComparison.Ordinal) && equals < 0)
            {
                return $"'{argument}' is no option. {Hint}";
            }

            if (!IsKnown(name))
            {
                return $"unknown option '{name}'. {Hint}";
            }

            if (equals >= 0)
            {
                continue;
            }

            if (i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                i++;
            }
            else if (Ours.Contains(Key(name), StringComparer.OrdinalIgnoreCase))
            {
                return $"{name} lacks its value: {name}=VALUE";
            }
        }

        return null;
    }

    private static string Hint => $"There are --{string.Join(", --", Ours)}, and Aspire's own, such as --publisher manifest --output-path FILE.";

    private static string Key(string name) => name.TrimStart('-', '/').Replace("__", ":", StringComparison.Ordinal);

    private static bool IsKnown(string name)
    {
        var key = Key(name);
        return Switches.Contains(name, StringComparer.OrdinalIgnoreCase)
            || Switches.Contains($"--{key}", StringComparer.OrdinalIgnoreCase)
            || Ours.Contains(key, StringComparer.OrdinalIgnoreCase)
            || (key.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && Sections.Contains(key[..colon], StringComparer.OrdinalIgnoreCase))
            || VariablePrefixes.Any(prefix => key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
    }
}
