using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel
{
    public class ContainerResource([ResourceName] string name, string? entrypoint = null)
        : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport, IResourceWithProbes, IComputeResource
    {
        public string? Entrypoint { get; set; } = entrypoint;

        [Experimental("ASPIRECONTAINERSHELLEXECUTION001", UrlFormat = "https://aka.ms/aspire/diagnostics/{0}")]
        public bool? ShellExecution { get; set; }
    }

    public class ExecutableResource
        : Resource, IResourceWithEnvironment, IResourceWithArgs, IResourceWithEndpoints, IResourceWithWaitSupport, IResourceWithProbes, IComputeResource
    {
        public ExecutableResource([ResourceName] string name, string command, string workingDirectory)
            : base(name)
        {
            ArgumentException.ThrowIfNullOrEmpty(command);
            ArgumentNullException.ThrowIfNull(workingDirectory);
            Annotations.Add(new ExecutableAnnotation { Command = command, WorkingDirectory = workingDirectory });
        }

        public string Command => Annotations.OfType<ExecutableAnnotation>().Last().Command;

        public string WorkingDirectory => Annotations.OfType<ExecutableAnnotation>().Last().WorkingDirectory;
    }

    public class ProjectResource([ResourceName] string name)
        : Resource(name), IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport, IResourceWithProbes, IComputeResource, IContainerFilesDestinationResource;

    public sealed class ExecutableAnnotation : IResourceAnnotation
    {
        public required string Command { get; set; }

        public required string WorkingDirectory { get; set; }
    }
}

namespace Aspire.Hosting
{
    public interface IResourceWithServiceDiscovery : ApplicationModel.IResourceWithEndpoints;
}
