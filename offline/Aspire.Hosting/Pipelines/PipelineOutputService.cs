using System.Diagnostics.CodeAnalysis;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.Pipelines;

[Experimental("ASPIREPIPELINES004", UrlFormat = "https://aka.ms/aspire/diagnostics/{0}")]
public interface IPipelineOutputService
{
    string GetOutputDirectory();

    string GetOutputDirectory(IResource resource);

    string GetTempDirectory();

    string GetTempDirectory(IResource resource);
}

internal sealed class PipelineOutputService(IOptions<PipelineOptions> options, IConfiguration configuration) : IPipelineOutputService, IDisposable
{
    private readonly Lazy<string> _temp = new(() => Directory.CreateTempSubdirectory("aspire-pipelines").FullName);

    public string GetOutputDirectory() =>
        Path.GetFullPath(options.Value.OutputPath ?? Path.Combine(configuration["AppHost:Directory"] ?? Environment.CurrentDirectory, "aspire-output"));

    public string GetOutputDirectory(IResource resource) => Path.Combine(GetOutputDirectory(), resource.Name);

    public string GetTempDirectory() => _temp.Value;

    public string GetTempDirectory(IResource resource) => Path.Combine(GetTempDirectory(), resource.Name);

    public void Dispose()
    {
        if (_temp.IsValueCreated && Directory.Exists(_temp.Value))
        {
            Directory.Delete(_temp.Value, recursive: true);
        }
    }
}
