using Aspire.Hosting;

namespace Offline.Tests.Manifest;

/// <summary>Publishes a model the way the command line does and returns the whole text.</summary>
internal static class ManifestWriter
{
    public static async Task<string> WriteAsync(Action<IDistributedApplicationBuilder> build, string? folder = null)
    {
        var output = Directory.CreateTempSubdirectory("offline-manifest-out");
        try
        {
            var target = folder ?? output.FullName;
            Directory.CreateDirectory(target);
            var path = Path.Combine(target, $"{Guid.NewGuid():N}.json");
            var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
            {
                Args = ["--publisher", "manifest", "--output-path", path],
                ProjectDirectory = Path.Combine(SampleModel.Root, "AppHost"),
                DisableDashboard = true,
            });
            build(builder);
            await using var app = builder.Build();
            await app.RunAsync(TestContext.Current.CancellationToken);
            var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
            File.Delete(path);
            return text;
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }
}
