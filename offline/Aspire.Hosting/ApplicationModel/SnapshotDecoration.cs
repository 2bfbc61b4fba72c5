using System.Collections.Immutable;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a resource's first snapshot is made of.</summary>
internal static class SnapshotStart
{
    public static CustomResourceSnapshot Of(IResource resource)
    {
        var start = resource.Annotations.OfType<ResourceSnapshotAnnotation>().LastOrDefault()?.InitialSnapshot
            ?? new CustomResourceSnapshot { ResourceType = TypeOf(resource), Properties = [] };

        // A resource with checks is unhealthy until each of them has answered.
        if (start.HealthReports is [])
        {
            start = start with { HealthReports = [.. resource.Annotations.OfType<HealthCheckAnnotation>().Select(c => new HealthReportSnapshot(c.Key, null, null, null))] };
        }

        return start with
        {
            CreationTimeStamp = start.CreationTimeStamp ?? DateTime.UtcNow,
            Relationships = start.Relationships is [] ? RelationshipsOf(resource) : start.Relationships,
            IsHidden = start.IsHidden || resource.Annotations.OfType<HiddenAnnotation>().Any(),
        };
    }

    private static string TypeOf(IResource resource) => resource switch
    {
        ProjectResource => "Project",
        ContainerResource => "Container",
        ExecutableResource => "Executable",
        ParameterResource => "Parameter",
        _ => resource.GetType().Name.EndsWith("Resource", StringComparison.Ordinal) ? resource.GetType().Name[..^"Resource".Length] : resource.GetType().Name,
    };

    private static ImmutableArray<RelationshipSnapshot> RelationshipsOf(IResource resource)
    {
        var relationships = resource.Annotations.OfType<ResourceRelationshipAnnotation>().Select(r => new RelationshipSnapshot(r.Resource.Name, r.Type));
        return resource is IResourceWithParent child
            ? [new RelationshipSnapshot(child.Parent.Name, KnownRelationship.Parent), .. relationships]
            : [.. relationships];
    }
}

/// <summary>What every snapshot carries whoever published it: the commands and the icon of the resource.</summary>
internal static class SnapshotDecoration
{
    public static CustomResourceSnapshot Apply(IResource resource, CustomResourceSnapshot snapshot, IServiceProvider services)
    {
        if (snapshot.IconName is null && resource.Annotations.OfType<ResourceIconAnnotation>().LastOrDefault() is { } icon)
        {
            snapshot = snapshot with { IconName = icon.IconName, IconVariant = icon.IconVariant };
        }

        var context = new UpdateCommandStateContext { ResourceSnapshot = snapshot, ServiceProvider = services };
        return snapshot with
        {
            Commands = [.. resource.Annotations.OfType<ResourceCommandAnnotation>().Select(c => new ResourceCommandSnapshot(
                c.Name, c.UpdateState(context), c.DisplayName, c.DisplayDescription, c.CommandParameter, c.ConfirmationMessage, c.IconName, c.IconVariant, c.IsHighlighted))],
        };
    }
}

internal static class KnownRelationship
{
    public const string Parent = "Parent";
    public const string Reference = "Reference";
    public const string WaitFor = "WaitFor";
}
