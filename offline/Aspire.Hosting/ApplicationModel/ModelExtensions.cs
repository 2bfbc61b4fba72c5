using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting
{
    public static class ContainerResourceExtensions
    {
        public static IEnumerable<IResource> GetContainerResources(this DistributedApplicationModel model)
        {
            ArgumentNullException.ThrowIfNull(model);
            return model.Resources.Where(IsContainer);
        }

        public static bool IsContainer(this IResource resource)
        {
            ArgumentNullException.ThrowIfNull(resource);
            return resource.Annotations.OfType<ContainerImageAnnotation>().Any();
        }
    }

    public static class ExecutableResourceExtensions
    {
        public static IEnumerable<ExecutableResource> GetExecutableResources(this DistributedApplicationModel model)
        {
            ArgumentNullException.ThrowIfNull(model);
            return model.Resources.OfType<ExecutableResource>();
        }
    }
}

namespace Aspire.Hosting.ApplicationModel
{
    public static class ProjectResourceExtensions
    {
        public static IEnumerable<ProjectResource> GetProjectResources(this DistributedApplicationModel model)
        {
            ArgumentNullException.ThrowIfNull(model);
            return model.Resources.OfType<ProjectResource>();
        }

        public static IProjectMetadata GetProjectMetadata(this ProjectResource projectResource)
        {
            ArgumentNullException.ThrowIfNull(projectResource);
            return projectResource.Annotations.OfType<IProjectMetadata>().SingleOrDefault()
                ?? throw new InvalidOperationException($"Resource '{projectResource.Name}' does not carry an {nameof(IProjectMetadata)} annotation.");
        }
    }
}
