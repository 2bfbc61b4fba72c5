using System.Text.Json.Nodes;

namespace Integration.Kubernetes;

/// <summary>Documents of others that are no part of this repository: they lie in <c>../shared</c> where its makers work, and nowhere else.</summary>
internal static class SharedDocuments
{
    private static readonly Lazy<string?> Folder = new(Find);

    /// <summary>The schema of Aspire's manifest. Skips the test where it is missing.</summary>
    public static SchemaFile AspireManifest() => new(Read("aspire", "aspire-8.0.schema.json"), areObjectsClosed: false);

    /// <summary>The OpenAPI document of Kubernetes. Skips the test where it is missing.</summary>
    public static KubernetesSchema Kubernetes() => new(Read("kubernetes", "swagger.json"));

    private static JsonNode Read(params string[] path)
    {
        var file = Folder.Value is { } folder ? Path.Combine([folder, .. path]) : null;
        Assert.SkipUnless(File.Exists(file), $"There is no ../shared/{string.Join('/', path)} beside the repository.");
        return JsonNode.Parse(File.ReadAllText(file!))!;
    }

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RedisClusterAspire.sln")))
            {
                var shared = Path.Combine(folder.FullName, "..", "shared");
                return Directory.Exists(shared) ? shared : null;
            }
        }

        return null;
    }
}

/// <summary>A schema that holds for a document as a whole.</summary>
internal sealed class SchemaFile(JsonNode schema, bool areObjectsClosed)
{
    public IReadOnlyList<string> Validate(JsonNode? document) => new SchemaValidator(schema, areObjectsClosed).Validate(document, schema);
}

/// <summary>The schemas of the objects of Kubernetes, read strictly: a field nobody knows is a fault.</summary>
internal sealed class KubernetesSchema(JsonNode openApi)
{
    private readonly Lazy<Dictionary<(string ApiVersion, string Kind), JsonNode>> _kinds = new(() => openApi["definitions"]!.AsObject()
        .SelectMany(d => (d.Value!["x-kubernetes-group-version-kind"] as JsonArray ?? []).Select(k => (Key: KeyOf(k!), Schema: d.Value!)))
        .DistinctBy(d => d.Key)
        .ToDictionary(d => d.Key, d => d.Schema));

    /// <summary>What is wrong with an object, or with its kind.</summary>
    public IReadOnlyList<string> Validate(JsonNode? value)
    {
        var key = (value?["apiVersion"]?.GetValue<string>() ?? "", value?["kind"]?.GetValue<string>() ?? "");
        return _kinds.Value.TryGetValue(key, out var schema)
            ? new SchemaValidator(openApi, areObjectsClosed: true).Validate(value, schema)
            : [$"{key.Item1} {key.Item2} is no kind of object that Kubernetes knows"];
    }

    private static (string ApiVersion, string Kind) KeyOf(JsonNode kind)
    {
        var group = kind["group"]!.GetValue<string>();
        var version = kind["version"]!.GetValue<string>();
        return (group is "" ? version : $"{group}/{version}", kind["kind"]!.GetValue<string>());
    }
}
