using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Orchestration.Networking;

/// <summary>Gives every endpoint its address before anything is started, since environments and arguments refer to them.</summary>
internal sealed class EndpointAllocator(InstanceRegistry registry, IConfiguration configuration) : IAsyncDisposable
{
    private readonly Dictionary<EndpointAnnotation, TcpProxy> _proxies = [];
    private readonly Dictionary<EndpointAnnotation, string> _faults = [];
    private readonly bool _randomize = bool.TryParse(configuration["DcpPublisher:RandomizePorts"], out var on) && on;

    public void AllocateAll()
    {
        var endpoints = registry.Resources.SelectMany(r => r.Annotations.OfType<EndpointAnnotation>().Select(e => (Resource: r, Endpoint: e))).ToArray();
        foreach (var (resource, endpoint) in endpoints)
        {
            Validate(resource, endpoint);
            if (FixedPort(resource, endpoint) is { } port)
            {
                PortAllocator.Exclude(port);
            }
        }

        foreach (var (resource, endpoint) in endpoints)
        {
            Allocate(resource, endpoint);
        }
    }

    /// <summary>Why the instance cannot have its ports, or null.</summary>
    public string? FaultOf(ResourceInstance instance)
    {
        foreach (var endpoint in instance.Resource.Annotations.OfType<EndpointAnnotation>())
        {
            if (_faults.TryGetValue(endpoint, out var fault))
            {
                return fault;
            }

            var port = instance.TargetPorts.GetValueOrDefault(endpoint);
            if (endpoint.Protocol == ProtocolType.Tcp && port != 0 && !PortAllocator.IsFree(port))
            {
                return Taken(instance.Resource, endpoint, port);
            }
        }

        return null;
    }

    /// <summary>Lets the proxies pass connections on to an instance that runs now.</summary>
    public void Attach(ResourceInstance instance) => ForEachTarget(instance, static (targets, address) => targets.Add(address));

    public void Detach(ResourceInstance instance) => ForEachTarget(instance, static (targets, address) => targets.Remove(address));

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_proxies.Values.Select(p => p.DisposeAsync().AsTask())).ConfigureAwait(false);
        _proxies.Clear();
        foreach (var port in registry.All.SelectMany(i => i.TargetPorts.Values))
        {
            PortAllocator.Release(port);
        }
    }

    private static bool IsProxied(IResource resource, EndpointAnnotation endpoint) =>
        endpoint.IsProxied
        && endpoint.Protocol == ProtocolType.Tcp
        && (resource.Annotations.OfType<ProxySupportAnnotation>().LastOrDefault()?.ProxyEnabled ?? true);

    private static void Validate(IResource resource, EndpointAnnotation endpoint)
    {
        var container = resource.IsContainer();
        if (container && endpoint.TargetPort is null)
        {
            throw new InvalidOperationException($"The endpoint '{endpoint.Name}' for container resource '{resource.Name}' must specify the {nameof(EndpointAnnotation.TargetPort)} value");
        }

        if (container)
        {
            return;
        }

        if (!IsProxied(resource, endpoint))
        {
            if (endpoint.Port is { } port && endpoint.TargetPort is { } target && port != target)
            {
                throw new InvalidOperationException($"The endpoint '{endpoint.Name}' for resource '{resource.Name}' is not using a proxy: its {nameof(EndpointAnnotation.Port)} {port} and {nameof(EndpointAnnotation.TargetPort)} {target} must be the same.");
            }

            if (Replicas(resource) > 1)
            {
                throw new InvalidOperationException($"Resource '{resource.Name}' uses multiple replicas and a proxy-less endpoint '{endpoint.Name}'. These features do not work together.");
            }
        }
        else if (endpoint.TargetPort is { } target)
        {
            if (endpoint.Port == target)
            {
                throw new InvalidOperationException($"The endpoint '{endpoint.Name}' for resource '{resource.Name}' is proxied: its {nameof(EndpointAnnotation.Port)} and {nameof(EndpointAnnotation.TargetPort)} must differ, both are {target}.");
            }

            if (Replicas(resource) > 1)
            {
                throw new InvalidOperationException($"Resource '{resource.Name}' can have multiple replicas, each of which needs a port of its own: endpoint '{endpoint.Name}' must not set {nameof(EndpointAnnotation.TargetPort)}.");
            }
        }
    }

    private static int Replicas(IResource resource) => resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1;

    private static string Taken(IResource resource, EndpointAnnotation endpoint, int port)
    {
        var owner = PortOwner.Find(port) is { } name ? $" by {name}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"Port {port} of endpoint '{endpoint.Name}' of resource '{resource.Name}' is in use{owner}. Stop that, or give the endpoint another port.");
    }

    private static (string Host, EndpointBindingMode Mode) AddressOf(string targetHost) => targetHost switch
    {
        "0.0.0.0" => (KnownHostNames.Localhost, EndpointBindingMode.IPv4AnyAddresses),
        "::" or "[::]" => (KnownHostNames.Localhost, EndpointBindingMode.IPv6AnyAddresses),
        "*" or "+" => (KnownHostNames.Localhost, EndpointBindingMode.DualStackAnyAddresses),
        _ when IPAddress.TryParse(targetHost, out _) => (targetHost, EndpointBindingMode.SingleAddress),
        _ => (KnownHostNames.Localhost, EndpointBindingMode.SingleAddress),
    };

    private int? FixedPort(IResource resource, EndpointAnnotation endpoint)
    {
        var proxied = IsProxied(resource, endpoint);
        var port = proxied && _randomize ? null : endpoint.Port ?? (resource.IsContainer() || proxied ? null : endpoint.TargetPort);
        return port is 0 ? null : port;
    }

    private void Allocate(IResource resource, EndpointAnnotation endpoint)
    {
        var port = IsProxied(resource, endpoint) ? Proxy(resource, endpoint) : Direct(resource, endpoint);
        var instances = registry.Of(resource);
        var first = instances.Length > 0 ? instances[0].TargetPorts.GetValueOrDefault(endpoint, port) : port;
        var targetPort = (resource.IsContainer() ? endpoint.TargetPort!.Value : first).ToString(CultureInfo.InvariantCulture);
        var (host, mode) = AddressOf(endpoint.TargetHost);
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, host, port, mode, targetPort, endpoint.DefaultNetworkID);

        var network = KnownNetworkIdentifiers.DefaultAspireContainerNetwork;
        var inside = resource.IsContainer()
            ? new AllocatedEndpoint(endpoint, $"{resource.Name}.dev.internal", endpoint.TargetPort!.Value, EndpointBindingMode.SingleAddress, targetPort, network)
            : new AllocatedEndpoint(endpoint, KnownHostNames.DockerDesktopHostBridge, port, EndpointBindingMode.SingleAddress, targetPort, network);
        endpoint.AllAllocatedEndpoints.AddOrUpdateAllocatedEndpoint(network, inside);
    }

    private int Proxy(IResource resource, EndpointAnnotation endpoint)
    {
        foreach (var instance in registry.Of(resource))
        {
            // A container is published on a port of the host's; a process gets the port that was asked for, or any.
            instance.TargetPorts[endpoint] = resource.IsContainer() ? PortAllocator.Next() : endpoint.TargetPort ?? PortAllocator.Next();
        }

        var wanted = FixedPort(resource, endpoint) ?? 0;
        try
        {
            var proxy = TcpProxy.Start(endpoint.TargetHost, wanted);
            _proxies.Add(endpoint, proxy);
            return proxy.Port;
        }
        catch (SocketException ex) when (wanted != 0)
        {
            _faults[endpoint] = ex.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? Taken(resource, endpoint, wanted)
                : $"Cannot listen on port {wanted.ToString(CultureInfo.InvariantCulture)} of endpoint '{endpoint.Name}' of resource '{resource.Name}': {ex.Message}.";
            return wanted;
        }
    }

    private int Direct(IResource resource, EndpointAnnotation endpoint)
    {
        var port = FixedPort(resource, endpoint) ?? PortAllocator.Next();
        endpoint.Port = port;
        if (!resource.IsContainer())
        {
            endpoint.TargetPort = port;
        }

        foreach (var instance in registry.Of(resource))
        {
            instance.TargetPorts[endpoint] = port;
        }

        return port;
    }

    private void ForEachTarget(ResourceInstance instance, Action<ProxyTargets, IPEndPoint> action)
    {
        foreach (var (endpoint, port) in instance.TargetPorts)
        {
            if (_proxies.TryGetValue(endpoint, out var proxy))
            {
                action(proxy.Targets, new IPEndPoint(IPAddress.Loopback, port));
            }
        }
    }
}
