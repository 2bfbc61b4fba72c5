#pragma warning disable ASPIREPIPELINES001, ASPIREPIPELINES004 // The pipeline is how Aspire 13.5 publishes; there is no other way in.

using Aspire.Hosting;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RedisCluster.Hosting.Kubernetes;

/// <summary>The step <c>publish-kubernetes</c>: the application model in, a kustomize folder out.</summary>
internal static partial class KubernetesPublishStep
{
    private const int FilesNamed = 5;

    public static async Task RunAsync(PipelineStepContext context)
    {
        var outcome = context.Services.GetRequiredService<KubernetesPublishOutcome>();
        try
        {
            var reader = new KubernetesApplicationReader(
                [.. context.Model.Resources], context.ExecutionContext, context.Services.GetRequiredService<IConfiguration>(), context.CancellationToken);
            var application = await reader.ReadAsync().ConfigureAwait(false);
            var folder = new OutputFolder(context.Services.GetRequiredService<IPipelineOutputService>().GetOutputDirectory());
            await WriteAsync(application, folder, outcome, context.CancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            outcome.Fault = e.Message;
            throw new DistributedApplicationException(e.Message, e);
        }
        catch (DistributedApplicationException e)
        {
            outcome.Fault = e.Message;
            throw;
        }

        // The outcome is for an AppHost that knows of it; this is for any other.
        foreach (var warning in outcome.Warnings)
        {
            LogWarning(context.Logger, warning);
        }

        foreach (var file in outcome.Files!)
        {
            context.Summary.Add(file, outcome.Folder);
        }
    }

    private static async Task WriteAsync(KubernetesApplication application, OutputFolder folder, KubernetesPublishOutcome outcome, CancellationToken cancellationToken)
    {
        var files = KustomizeFolder.Of(application);
        var plan = folder.Look(files);
        if (plan.InTheWay is { Count: > 0 } changed)
        {
            outcome.IsRefused = true;
            throw new DistributedApplicationException(
                $"{folder.Path}: {string.Join(", ", changed.Take(FilesNamed))}{(changed.Count > FilesNamed ? $" and {changed.Count - FilesNamed} more" : "")} "
                + $"{(changed.Count == 1 ? "was" : "were")} changed or not written by this step, and nothing was overwritten. Move your changes to an overlay of your own, or remove the files, and publish again.");
        }

        await folder.WriteAsync(plan, files, cancellationToken).ConfigureAwait(false);
        var secrets = new List<string>();
        var warnings = application.Warnings.ToList();
        foreach (var (file, secret) in KustomizeFolder.SecretsOf(application))
        {
            if (secret.MakeValue() is not { } value)
            {
                warnings.Add($"{file} is missing, as nobody has said what {secret.Name} is: write {SecretPart.Key}=... into it.");
            }
            else
            {
                await folder.WriteOnceAsync(file, KustomizeFolder.SecretText(value), cancellationToken).ConfigureAwait(false);
                secrets.Add(file);
            }
        }

        outcome.Folder = folder.Path;
        outcome.Warnings = warnings;
        outcome.Files = [.. files.Keys.Concat(secrets).Append(OutputFolder.MarkerFile).Order(StringComparer.Ordinal)];
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    private static partial void LogWarning(ILogger logger, string warning);
}
