using System.Text.RegularExpressions;
using Integration.AppHosting;

namespace Integration.Kubernetes;

/// <summary>What the AppHost of this repository publishes, written once for all tests of a class.</summary>
public sealed partial class AppHostManifest : IAsyncLifetime
{
    /// <summary>The manifest; the projects' paths are given relative to the AppHost's folder, wherever it was written.</summary>
    public string Text { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var folder = Directory.CreateTempSubdirectory("manifest-");
        try
        {
            var path = Path.Combine(folder.FullName, "manifest.json");
            var (code, _, errors) = await AppHostProcess.RunAsync(["--publisher", "manifest", "--output-path", path]);
            Assert.True(code == 0, errors);
            Text = ProjectPath().Replace(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), "\"path\": \"../$1\"");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [GeneratedRegex("""
        "path": "[^"]*/([^/"]+/[^/"]+\.csproj)"
        """)]
    private static partial Regex ProjectPath();
}
