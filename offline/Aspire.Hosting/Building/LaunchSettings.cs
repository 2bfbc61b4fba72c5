using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public interface IProjectMetadata : IResourceAnnotation
{
    string ProjectPath { get; }

    LaunchSettings? LaunchSettings => null;

    bool SuppressBuild => false;

    bool IsFileBasedApp => false;
}

public sealed class LaunchSettings
{
    [JsonPropertyName("profiles")]
    public Dictionary<string, LaunchProfile> Profiles { get; set; } = [];
}

public sealed class LaunchProfile
{
    [JsonPropertyName("commandName")]
    public string? CommandName { get; set; }

    [JsonPropertyName("commandLineArgs")]
    public string? CommandLineArgs { get; set; }

    [JsonPropertyName("executablePath")]
    public string? ExecutablePath { get; set; }

    [JsonPropertyName("dotnetRunMessages")]
    public bool? DotnetRunMessages { get; set; }

    [JsonPropertyName("launchBrowser")]
    public bool? LaunchBrowser { get; set; }

    [JsonPropertyName("launchUrl")]
    public string? LaunchUrl { get; set; }

    [JsonPropertyName("applicationUrl")]
    public string? ApplicationUrl { get; set; }

    [JsonPropertyName("environmentVariables")]
    public Dictionary<string, string> EnvironmentVariables { get; set; } = [];
}

[JsonSourceGenerationOptions(ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true)]
[JsonSerializable(typeof(LaunchSettings))]
internal sealed partial class LaunchSettingsJson : JsonSerializerContext;

/// <summary>Which profile of a project's launchSettings.json counts.</summary>
internal static class LaunchProfiles
{
    public static (string Name, LaunchProfile Profile)? EffectiveLaunchProfile(this ProjectResource project)
    {
        if (project.HasAnnotationOfType<ExcludeLaunchProfileAnnotation>() || Read(project.GetProjectMetadata()) is not { } settings)
        {
            return null;
        }

        if (project.TryGetLastAnnotation<LaunchProfileAnnotation>(out var asked))
        {
            return settings.Profiles.TryGetValue(asked.LaunchProfileName, out var found)
                ? (asked.LaunchProfileName, found)
                : throw new DistributedApplicationException($"Launch settings file does not contain '{asked.LaunchProfileName}' profile.");
        }

        // The profile the AppHost itself was started with, where the project has one of that name; else its first that runs the project.
        return project.TryGetLastAnnotation<DefaultLaunchProfileAnnotation>(out var appHosts) && Find(p => p.Key == appHosts.LaunchProfileName, out var same) ? same
            : Find(static _ => true, out var first) ? first
            : null;

        bool Find(Func<KeyValuePair<string, LaunchProfile>, bool> predicate, [NotNullWhen(true)] out (string, LaunchProfile)? found)
        {
            var match = settings.Profiles.FirstOrDefault(p => p.Value?.CommandName == "Project" && predicate(p));
            found = match.Key is null ? null : (match.Key, match.Value);
            return found is not null;
        }
    }

    private static LaunchSettings? Read(IProjectMetadata project)
    {
        if (project.LaunchSettings is { } given)
        {
            return given;
        }

        var path = Path.Combine(Path.GetDirectoryName(project.ProjectPath)!, "Properties", "launchSettings.json");
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, LaunchSettingsJson.Default.LaunchSettings);
        }
        catch (JsonException e)
        {
            throw new DistributedApplicationException($"Failed to get effective launch profile for project '{project.ProjectPath}'. There is malformed JSON in the project's launch settings file at '{path}'.", e);
        }
    }
}
