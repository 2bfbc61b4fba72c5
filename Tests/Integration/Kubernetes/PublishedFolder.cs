using System.Text.Json.Nodes;
using Integration.AppHosting;

namespace Integration.Kubernetes;

/// <summary>What the AppHost of this repository publishes for Kubernetes, written once for all tests of a class.</summary>
public sealed class PublishedFolder : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("k8s-");

    public string Path => _folder.FullName;

    /// <summary>What the AppHost printed: the files, one a line.</summary>
    public string Output { get; private set; } = "";

    public static Task<(int ExitCode, string Output, string Errors)> PublishAsync(string path, params string[] arguments) =>
        AppHostProcess.RunAsync(["--operation", "publish", "--step", "publish-kubernetes", "--output-path", path, .. arguments]);

    public async ValueTask InitializeAsync()
    {
        (var code, Output, var errors) = await PublishAsync(Path);
        Assert.Equal((0, ""), (code, errors));
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    public IEnumerable<string> Files() => Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories)
        .Select(file => System.IO.Path.GetRelativePath(Path, file))
        .Order(StringComparer.Ordinal);

    public string Read(string file) => File.ReadAllText(System.IO.Path.Combine(Path, file));

    /// <summary>The objects in the base, by file.</summary>
    internal IReadOnlyList<(string File, JsonNode Object)> Objects() =>
    [
        .. Files()
            .Where(file => file.StartsWith("base/", StringComparison.Ordinal) && file.EndsWith(".yaml", StringComparison.Ordinal) && file != "base/kustomization.yaml")
            .Select(file => (file, YamlDocuments.Parse(Read(file)).Single())),
    ];

    internal JsonNode Object(string file) => YamlDocuments.Parse(Read(file)).Single();
}
