using System.Collections.Immutable;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The ids under which the instances of a resource publish their states; a resource without it has one, of its own name.</summary>
internal sealed class ResourceInstancesAnnotation(ImmutableArray<string> names) : IResourceAnnotation
{
    public ImmutableArray<string> Names { get; } = names;
}

internal static class ResourceInstances
{
    public static ImmutableArray<string> InstanceNames(this IResource resource) =>
        resource.Annotations.OfType<ResourceInstancesAnnotation>().LastOrDefault()?.Names ?? [resource.Name];
}
