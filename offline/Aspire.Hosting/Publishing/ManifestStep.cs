using System.Text.Json;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Publishing;

/// <summary>The step that writes the model as a JSON manifest.</summary>
internal static class ManifestStep
{
    public const string Name = "publish-manifest";
    private const string FileName = "aspire-manifest.json";

    public static PipelineStep Create() => new()
    {
        Name = Name,
        Description = "Publishes the Aspire application model as a JSON manifest file.",
        Action = WriteAsync,
    };

    private static async Task WriteAsync(PipelineStepContext step)
    {
        var path = step.Services.GetRequiredService<IOptions<PipelineOptions>>().Value.OutputPath
            ?? throw new DistributedApplicationException("The '--output-path [path]' option was not specified even though manifest publishing was requested.");
        path = path.EndsWith(".json", StringComparison.Ordinal) ? path : Path.Combine(path, FileName);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var stream = new FileStream(path, FileMode.Create);
        await using (stream.ConfigureAwait(false))
        {
            var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
            await using (writer.ConfigureAwait(false))
            {
                await new ManifestPublishingContext(step.ExecutionContext, path, writer, step.CancellationToken).WriteModelAsync(step.Model).ConfigureAwait(false);
            }
        }

        var logger = step.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Aspire.Hosting.Publishing.ManifestPublisher");
        PipelineLog.Published(logger, Path.GetFullPath(path));
    }
}
