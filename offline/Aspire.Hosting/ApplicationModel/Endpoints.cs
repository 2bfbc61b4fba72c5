using System.Collections;
using System.Globalization;
using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

public sealed class EndpointAnnotation : IResourceAnnotation
{
    private readonly NetworkIdentifier _network;
    private bool _proxied = true;
    private bool? _explicitlyProxied;
    private bool? _tls;
    private string? _transport;
    private int? _port;
    private int? _targetPort;
    private bool _noPort;
    private bool _noTargetPort;

    public EndpointAnnotation(
        ProtocolType protocol, string? uriScheme = null, string? transport = null, [EndpointName] string? name = null,
        int? port = null, int? targetPort = null, bool? isExternal = null, bool? isProxied = null)
        : this(protocol, null, uriScheme, transport, name, port, targetPort, isExternal, isProxied)
    {
    }

    public EndpointAnnotation(
        ProtocolType protocol, NetworkIdentifier? networkId, string? uriScheme = null, string? transport = null, [EndpointName] string? name = null,
        int? port = null, int? targetPort = null, bool? isExternal = null, bool? isProxied = null)
    {
        UriScheme = uriScheme ?? Lower(protocol);
        Name = name ?? UriScheme;
        ModelName.Validate("Endpoint", Name);
        Protocol = protocol;
        _transport = transport;
        _port = port;
        _targetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsExplicitlyProxied = isProxied;
        _network = networkId ?? KnownNetworkIdentifiers.LocalhostNetwork;
        AllAllocatedEndpoints.SnapshotFor(_network);
    }

    public string Name { get; set; }

    public ProtocolType Protocol { get; set; }

    // Without a proxy in between there is only one port, whichever of the two was named.
    public int? Port
    {
        get => _port ?? (IsProxied || _noPort ? null : _targetPort);
        set => (_port, _noPort) = (value, value is null);
    }

    public int? TargetPort
    {
        get => _targetPort ?? (IsProxied || _noTargetPort ? null : _port);
        set => (_targetPort, _noTargetPort) = (value, value is null);
    }

    public string UriScheme { get; set; }

    public string TargetHost { get; set; } = KnownHostNames.Localhost;

    public string Transport
    {
        get => _transport ?? (IsHttpScheme ? "http" : Lower(Protocol));
        set => _transport = value;
    }

    public bool IsExternal { get; set; }

    public bool IsProxied
    {
        get => _proxied;
        set => IsExplicitlyProxied = value;
    }

    public bool? IsExplicitlyProxied
    {
        get => _explicitlyProxied;
        set => (_explicitlyProxied, _proxied) = (value, value ?? true);
    }

    public bool ExcludeReferenceEndpoint { get; set; }

    public bool TlsEnabled
    {
        get => _tls ?? string.Equals(UriScheme, "https", StringComparison.OrdinalIgnoreCase);
        set => _tls = value;
    }

    public NetworkIdentifier DefaultNetworkID => _network;

    public NetworkEndpointSnapshotList AllAllocatedEndpoints { get; } = new();

    public AllocatedEndpoint? AllocatedEndpoint
    {
        get => AllAllocatedEndpoints.Find(_network);
        set
        {
            var snapshot = AllAllocatedEndpoints.SnapshotFor(_network).Snapshot;
            if (value is null)
            {
                snapshot.SetException(new InvalidOperationException($"The endpoint `{Name}` is not allocated"));
            }
            else if (value.NetworkID != _network)
            {
                throw new InvalidOperationException($"Endpoint '{Name}' belongs to network '{_network}', the allocated endpoint to '{value.NetworkID}'.");
            }
            else
            {
                snapshot.SetValue(value);
            }
        }
    }

    internal bool FromLaunchProfile { get; set; }

    internal string? TargetPortEnvironmentVariable { get; set; }

    internal bool IsHttpScheme => UriScheme.Equals("http", StringComparison.OrdinalIgnoreCase) || UriScheme.Equals("https", StringComparison.OrdinalIgnoreCase);

    private static string Lower(ProtocolType protocol) => protocol.ToString().ToLower(CultureInfo.InvariantCulture);
}

public enum EndpointBindingMode
{
    SingleAddress = 0,
    DualStackAnyAddresses = 1,
    IPv4AnyAddresses = 2,
    IPv6AnyAddresses = 3,
}

public class AllocatedEndpoint
{
    public AllocatedEndpoint(EndpointAnnotation endpoint, string address, int port, string? targetPortExpression = null)
        : this(endpoint, address, port, EndpointBindingMode.SingleAddress, targetPortExpression)
    {
    }

    public AllocatedEndpoint(
        EndpointAnnotation endpoint, string address, int port, EndpointBindingMode bindingMode, string? targetPortExpression = null, NetworkIdentifier? networkId = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, 65535);
        Endpoint = endpoint;
        Address = address;
        Port = port;
        BindingMode = bindingMode;
        TargetPortExpression = targetPortExpression;
        NetworkID = networkId ?? endpoint.DefaultNetworkID;
    }

    public EndpointAnnotation Endpoint { get; }

    public string Address { get; }

    public int Port { get; }

    public EndpointBindingMode BindingMode { get; }

    public string? TargetPortExpression { get; }

    public NetworkIdentifier NetworkID { get; }

    public string UriScheme => Endpoint.UriScheme;

    public string EndPointString => $"{Address}:{Port}";

    public string UriString => $"{UriScheme}://{EndPointString}";

    public override string ToString() => UriString;
}

public record NetworkEndpointSnapshot(ValueSnapshot<AllocatedEndpoint> Snapshot, NetworkIdentifier NetworkID);

/// <summary>Where an endpoint is reached from each network that has been heard of.</summary>
public class NetworkEndpointSnapshotList : IEnumerable<NetworkEndpointSnapshot>
{
    private readonly List<NetworkEndpointSnapshot> _snapshots = [];

    public IEnumerator<NetworkEndpointSnapshot> GetEnumerator()
    {
        lock (_snapshots)
        {
            return ((IEnumerable<NetworkEndpointSnapshot>)[.. _snapshots]).GetEnumerator();
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void AddOrUpdateAllocatedEndpoint(NetworkIdentifier networkId, AllocatedEndpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (endpoint.NetworkID != networkId)
        {
            throw new ArgumentException($"The endpoint belongs to network '{endpoint.NetworkID}', not to '{networkId}'.", nameof(endpoint));
        }

        SnapshotFor(networkId).Snapshot.SetValue(endpoint);
    }

    public Task<AllocatedEndpoint> GetAllocatedEndpointAsync(NetworkIdentifier networkId, CancellationToken cancellationToken = default) =>
        SnapshotFor(networkId).Snapshot.GetValueAsync(cancellationToken);

    internal NetworkEndpointSnapshot SnapshotFor(NetworkIdentifier networkId)
    {
        lock (_snapshots)
        {
            var known = _snapshots.Find(s => s.NetworkID == networkId);
            if (known is null)
            {
                known = new NetworkEndpointSnapshot(new ValueSnapshot<AllocatedEndpoint>(), networkId);
                _snapshots.Add(known);
            }

            return known;
        }
    }

    internal AllocatedEndpoint? Find(NetworkIdentifier networkId)
    {
        var snapshot = SnapshotFor(networkId).Snapshot;
        return snapshot.IsValueSet ? snapshot.GetValueAsync().Result : null;
    }
}
