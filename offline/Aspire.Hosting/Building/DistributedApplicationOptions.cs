using System.Reflection;

namespace Aspire.Hosting;

public sealed class DistributedApplicationOptions
{
    private string? _projectDirectory;
    private bool _projectDirectorySet;

    public string[]? Args { get; set; }

    public string? AssemblyName { get; set; }

    public string? ContainerRegistryOverride { get; set; }

    public bool DisableDashboard { get; set; }

    public bool AllowUnsecuredTransport { get; set; }

    public bool EnableResourceLogging { get; set; }

    public string? DashboardApplicationName { get; set; }

    public string? ProjectDirectory
    {
        get => _projectDirectorySet ? _projectDirectory : Metadata("apphostprojectpath");
        set => (_projectDirectory, _projectDirectorySet) = (value, true);
    }

    internal string? ProjectName => Metadata("apphostprojectname");

    internal Assembly? Assembly
    {
        get
        {
            if (field is null)
            {
                try
                {
                    field = string.IsNullOrEmpty(AssemblyName) ? Assembly.GetEntryAssembly() : Assembly.Load(AssemblyName);
                }
                catch (Exception e) when (e is IOException or BadImageFormatException)
                {
                    throw new InvalidOperationException($"Failed to load AppHost assembly '{AssemblyName}' specified in {nameof(DistributedApplicationOptions)}.", e);
                }
            }

            return field;
        }
    }

    internal string? Metadata(string key) =>
        Assembly?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => string.Equals(a.Key, key, StringComparison.OrdinalIgnoreCase))?.Value;
}
