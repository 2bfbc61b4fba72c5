using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>What is different about an AppHost under test: no dashboard, random ports, the logs of resources in the test's output.</summary>
internal static class TestConfiguration
{
    private const string LaunchProfileKey = "DOTNET_LAUNCH_PROFILE";
    private static readonly string[] HostPrefixes = ["DOTNET_", "ASPNETCORE_"];

    // They address a dashboard, and there is none: exporters would wait for it when they are disposed of.
    private static readonly string[] DashboardPrefixes = ["DOTNET_DASHBOARD_", "ASPIRE_DASHBOARD_", "DOTNET_RESOURCE_SERVICE_", "ASPIRE_RESOURCE_SERVICE_"];

    public static void Apply(
        DistributedApplicationOptions options,
        HostApplicationBuilderSettings settings,
        string[] args,
        Assembly? appHost,
        Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure)
    {
        options.Args = settings.Args = [.. settings.Args ?? [], .. args];
        options.DisableDashboard = true;
        options.EnableResourceLogging = true;
        var configuration = settings.Configuration ??= new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["DcpPublisher:RandomizePorts"] = "true" });
        if (appHost?.GetName().Name is { } name)
        {
            settings.ApplicationName = options.AssemblyName = name;
            if (ProjectDirectory(appHost) is { } directory)
            {
                settings.ContentRootPath = directory;
                AddLaunchProfile(configuration, directory, settings.Args);
            }
        }

        configure(options, settings);
        configuration.AddCommandLine(settings.Args);
    }

    private static string? ProjectDirectory(Assembly appHost)
    {
        var path = appHost.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a => string.Equals(a.Key, "apphostprojectpath", StringComparison.OrdinalIgnoreCase))?.Value;
        return Directory.Exists(path) ? path : null;
    }

    private static void AddLaunchProfile(ConfigurationManager configuration, string directory, string[] args)
    {
        var path = Path.Combine(directory, "Properties", "launchSettings.json");
        if (!File.Exists(path))
        {
            return;
        }

        using var file = File.OpenRead(path);
        var profiles = JsonSerializer.Deserialize(file, LaunchSettingsJson.Default.LaunchSettings)?.Profiles ?? [];
        var wanted = new ConfigurationBuilder().AddCommandLine(args).Build()[LaunchProfileKey] ?? configuration[LaunchProfileKey];
        var name = string.IsNullOrEmpty(wanted) ? profiles.Keys.FirstOrDefault() : wanted;
        if (name is null)
        {
            return;
        }

        if (!profiles.TryGetValue(name, out var profile))
        {
            throw new InvalidOperationException($"The launch profile '{name}' is not in '{path}'. It has: {string.Join(", ", profiles.Keys)}.");
        }

        var values = new Dictionary<string, string?> { [LaunchProfileKey] = name };
        foreach (var (key, value) in profile.EnvironmentVariables.Where(e => !DashboardPrefixes.Any(p => e.Key.StartsWith(p, StringComparison.OrdinalIgnoreCase))))
        {
            values[key.Replace("__", ":", StringComparison.Ordinal)] = value;
            foreach (var prefix in HostPrefixes.Where(p => key.StartsWith(p, StringComparison.OrdinalIgnoreCase)))
            {
                values[key[prefix.Length..]] = value;
            }
        }

        configuration.AddInMemoryCollection(values.Where(v => configuration[v.Key] is null).ToArray());
    }
}
