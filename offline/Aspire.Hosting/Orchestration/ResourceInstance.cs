using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>One process or container of a resource; a project with replicas has several.</summary>
internal sealed class ResourceInstance(IResource resource, string suffix, int index)
{
    public IResource Resource { get; } = resource;

    /// <summary>Random per run; also the OpenTelemetry instance id.</summary>
    public string Suffix { get; } = suffix;

    public int Index { get; } = index;

    /// <summary>The name under which its state is published and its log is kept.</summary>
    public string Id { get; } = $"{resource.Name}-{suffix}";

    /// <summary>The ports this instance itself is to listen on.</summary>
    public Dictionary<EndpointAnnotation, int> TargetPorts { get; } = [];

    /// <summary>Held while it is started or stopped.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    public IRunningInstance? Running { get; set; }

    /// <summary>Complete once the end of <see cref="Running"/> has been published.</summary>
    public Task EndPublished { get; set; } = Task.CompletedTask;
}
