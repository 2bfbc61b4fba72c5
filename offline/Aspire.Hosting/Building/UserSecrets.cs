using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Publishing;
using Microsoft.Extensions.Configuration.UserSecrets;

namespace Aspire.Hosting;

/// <summary>A generated value that stays the same from run to run: kept in the user secrets of the AppHost, where it has an id for them.</summary>
internal sealed class UserSecretsParameterDefault(Assembly? appHost, string parameterName, ParameterDefault inner) : ParameterDefault
{
    private static readonly Lock Gate = new();

    public override string GetDefaultValue()
    {
        var value = inner.GetDefaultValue();
        if (appHost?.GetCustomAttribute<UserSecretsIdAttribute>()?.UserSecretsId is { } id)
        {
            try
            {
                value = GetOrKeep(PathHelper.GetSecretsPathFromSecretsId(id), $"Parameters:{parameterName}", value);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
            {
                // A read-only or broken store costs the persistence, not the run.
            }
        }

        return value;
    }

    public override void WriteToManifest(ManifestPublishingContext context) => inner.WriteToManifest(context);

    private static string GetOrKeep(string path, string key, string value)
    {
        lock (Gate)
        {
            var secrets = File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!.AsObject() : [];
            if (secrets[key] is JsonValue kept)
            {
                return kept.GetValue<string>();
            }

            secrets[key] = value;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var fresh = $"{path}.{Environment.ProcessId}";
            File.WriteAllText(fresh, secrets.ToJsonString(Indented));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(fresh, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            File.Move(fresh, path, overwrite: true);
            return value;
        }
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
}
