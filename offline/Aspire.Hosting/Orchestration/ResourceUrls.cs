using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Turns endpoints and what callbacks make of them into the URLs that are shown.</summary>
internal sealed class ResourceUrls(DistributedApplicationExecutionContext execution, ResourceNotificationService notifications, ResourceLoggerService loggers)
{
    public async Task PublishAsync(IResource resource, CancellationToken cancellationToken)
    {
        try
        {
            await ProcessAsync(resource, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            OrchestrationLog.UrlsFailed(loggers.GetLogger(resource), resource.Name, ex.Message);
        }

        var urls = SnapshotOf(resource);
        await notifications.PublishUpdateAsync(resource, s => s with { Urls = urls }).ConfigureAwait(false);
    }

    /// <summary>Those of endpoints are inactive until the resource runs.</summary>
    public static ImmutableArray<UrlSnapshot> SnapshotOf(IResource resource) =>
    [
        .. resource.Annotations.OfType<ResourceUrlAnnotation>().Select(u =>
            new UrlSnapshot(u.Endpoint?.EndpointName, u.Url, u.DisplayLocation == UrlDisplayLocation.DetailsOnly)
            {
                IsInactive = u.Endpoint is not null,
                DisplayProperties = new UrlDisplayPropertiesSnapshot(u.DisplayText ?? "", u.DisplayOrder ?? 0),
            }),
    ];

    private async Task ProcessAsync(IResource resource, CancellationToken cancellationToken)
    {
        var urls = resource is IResourceWithEndpoints owner ? OfEndpoints(owner) : [];
        foreach (var fixedUrl in resource.Annotations.OfType<ResourceUrlAnnotation>().ToArray())
        {
            urls.Add(fixedUrl);
            resource.Annotations.Remove(fixedUrl);
        }

        var context = new ResourceUrlsCallbackContext(execution, resource, urls, cancellationToken) { Logger = loggers.GetLogger(resource) };
        foreach (var callback in resource.Annotations.OfType<ResourceUrlsCallbackAnnotation>())
        {
            await callback.Callback(context).ConfigureAwait(false);
        }

        foreach (var url in urls)
        {
            if (url.Url.StartsWith('/') && url.Endpoint is { IsAllocated: true } endpoint)
            {
                url.Url = endpoint.Url.TrimEnd('/') + url.Url;
            }

            resource.Annotations.Add(url);
        }
    }

    private static List<ResourceUrlAnnotation> OfEndpoints(IResourceWithEndpoints owner)
    {
        var urls = new List<ResourceUrlAnnotation>();
        foreach (var endpoint in owner.Annotations.OfType<EndpointAnnotation>())
        {
            if (endpoint.AllocatedEndpoint is not { } allocated)
            {
                continue;
            }

            var reference = new EndpointReference(owner, endpoint, endpoint.DefaultNetworkID);
            urls.Add(new ResourceUrlAnnotation { Url = allocated.UriString, Endpoint = reference });
            if (allocated.BindingMode != EndpointBindingMode.SingleAddress)
            {
                urls.Add(new ResourceUrlAnnotation { Url = $"{allocated.UriScheme}://{Environment.MachineName}:{allocated.Port}", Endpoint = reference });
            }
            else if (!allocated.Address.Equals(endpoint.TargetHost, StringComparison.OrdinalIgnoreCase))
            {
                urls.Add(new ResourceUrlAnnotation { Url = $"{allocated.UriScheme}://{endpoint.TargetHost}:{allocated.Port}", Endpoint = reference });
            }
        }

        return urls;
    }
}
