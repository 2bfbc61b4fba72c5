using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;

namespace Aspire.Hosting.Orchestration;

/// <summary>What is told of a resource to those who subscribed, children without a life of their own included.</summary>
internal sealed class ResourceEvents(
    DistributedApplicationModel model,
    IDistributedApplicationEventing eventing,
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    IServiceProvider services)
{
    private readonly HashSet<IResource> _connectionStringsTold = [];
    private readonly Lock _gate = new();

    public Task InitializeAsync(IResource resource, CancellationToken cancellationToken) =>
        eventing.PublishAsync(
            new InitializeResourceEvent(resource, eventing, loggers, notifications, services),
            EventDispatchBehavior.NonBlockingConcurrent,
            cancellationToken);

    public Task EndpointsAllocatedAsync(IResource resource, CancellationToken cancellationToken) =>
        eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(resource, services), cancellationToken);

    /// <summary>Returns once every handler has, the one that waits for the resource's dependencies among them.</summary>
    public Task BeforeStartedAsync(IResource resource, CancellationToken cancellationToken) =>
        eventing.PublishAsync(new BeforeResourceStartedEvent(resource, services), cancellationToken);

    public Task AllCreatedAsync(CancellationToken cancellationToken) =>
        eventing.PublishAsync(new AfterResourcesCreatedEvent(services, model), cancellationToken);

    /// <summary>Once per start of the resource.</summary>
    public async Task ConnectionStringAvailableAsync(IResource resource, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_connectionStringsTold.Add(resource))
            {
                return;
            }
        }

        foreach (var member in Hierarchy(resource).OfType<IResourceWithConnectionString>())
        {
            await eventing.PublishAsync(new ConnectionStringAvailableEvent(member, services), cancellationToken).ConfigureAwait(false);
        }
    }

    public void ForgetConnectionString(IResource resource)
    {
        lock (_gate)
        {
            _connectionStringsTold.Remove(resource);
        }
    }

    public async Task StoppedAsync(IResource resource, ResourceEvent last, CancellationToken cancellationToken)
    {
        foreach (var member in Hierarchy(resource))
        {
            await eventing.PublishAsync(new ResourceStoppedEvent(member, services, last), cancellationToken).ConfigureAwait(false);
        }
    }

    private IEnumerable<IResource> Hierarchy(IResource resource)
    {
        yield return resource;
        foreach (var child in model.Resources.OfType<IResourceWithParent>().Where(c => c.Parent == resource && !HasOwnLife(c)))
        {
            foreach (var member in Hierarchy(child))
            {
                yield return member;
            }
        }
    }

    private static bool HasOwnLife(IResource resource) =>
        resource.IsContainer() || resource is ProjectResource or ExecutableResource or ParameterResource;
}
