using System.Reflection;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration.Processes;

/// <summary>
/// Where the build put a project that the AppHost references: AppHost.targets writes it into the AppHost's assembly. So a project
/// starts without MSBuild. One that is known by its path only goes through "dotnet run".
/// </summary>
internal sealed class ProjectOutput(Assembly? appHost)
{
    public const string MetadataPrefix = "aspireprojectoutput:";

    public LaunchCommand CommandOf(ProjectResource project)
    {
        var metadata = project.GetProjectMetadata();
        var folder = Path.GetDirectoryName(metadata.ProjectPath) ?? "/";
        if (project.Annotations.OfType<ExecutableAnnotation>().LastOrDefault() is { } executable)
        {
            return new LaunchCommand(executable.Command, [], executable.WorkingDirectory, metadata.ProjectPath);
        }

        var output = Find(metadata.GetType().Assembly, metadata.ProjectPath) ?? Find(appHost, metadata.ProjectPath);
        if (output is null)
        {
            return new LaunchCommand("dotnet", ["run", "--project", metadata.ProjectPath, "--no-launch-profile"], folder, metadata.ProjectPath);
        }

        if (!File.Exists(output))
        {
            throw new InstanceStartException($"Project '{metadata.ProjectPath}' is not built: '{output}' does not exist. Build the AppHost.");
        }

        var program = Path.ChangeExtension(output, OperatingSystem.IsWindows() ? ".exe" : null);
        return File.Exists(program) && program != output
            ? new LaunchCommand(program, [], folder, metadata.ProjectPath)
            : new LaunchCommand("dotnet", [output], folder, metadata.ProjectPath);
    }

    private static string? Find(Assembly? assembly, string projectPath) =>
        assembly?.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a => a.Key.StartsWith(MetadataPrefix, StringComparison.Ordinal)
                && string.Equals(Path.GetFullPath(a.Key[MetadataPrefix.Length..]), Path.GetFullPath(projectPath), StringComparison.Ordinal))?.Value;
}
