using System.Net;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>One node of the request together with what it said.</summary>
internal sealed class Member(int index, NodeEndpoint endpoint, NodeObservation? observation)
{
    public int Index { get; } = index;

    public NodeEndpoint Endpoint { get; } = endpoint;

    public NodeObservation? Observation { get; } = observation;

    public string Name => Endpoint.ToClientString();

    public bool IsReachable => Observation is { IsReachable: true };

    /// <summary>Its view of the cluster; null when it did not answer or is not in cluster mode.</summary>
    public ClusterView? View => IsReachable ? Observation!.View : null;

    public NodeId? Id => View?.Myself.Id;

    /// <summary>The slots it says it owns, which its peers may not have heard yet.</summary>
    public SlotSet Slots => View?.Myself.Slots ?? SlotSet.Empty;

    public NodeId? MasterId => View?.Myself.MasterId;

    public bool IsEmptyMaster => View is { Myself: { IsMaster: true, Slots.IsEmpty: true } };

    /// <summary>The address peers can be told to meet it at.</summary>
    public string MeetIp
    {
        get
        {
            if (IPAddress.TryParse(Observation?.AnnouncedIp, out var announced))
            {
                return announced.ToString();
            }

            var connected = Observation?.ConnectedAddress;
            return connected is null
                ? Endpoint.Host
                : (connected.IsIPv4MappedToIPv6 ? connected.MapToIPv4() : connected).ToString();
        }
    }

    public int MeetPort => View is { Myself.Address.IsKnown: true } view ? view.Myself.Address.Port : Endpoint.Port;

    public int MeetBusPort =>
        Endpoint.BusPort ?? (View is { Myself.Address.BusPort: > 0 and var bus } ? bus : Endpoint.EffectiveBusPort);

    /// <summary>Whether the address, as a peer wrote it, can be this node's.</summary>
    public bool MayBeAt(NodeAddress address) =>
        (address.Port == Endpoint.Port || address.Port == MeetPort)
        && (IsSameHost(address.Ip, Endpoint.Host)
            || IsSameHost(address.Ip, MeetIp)
            || IsSameHost(address.Ip, Observation?.AnnouncedIp)
            || IsSameHost(address.Ip, Observation?.ConnectedAddress?.ToString())
            || IsSameHost(address.Hostname, Endpoint.Host)
            || IsSameHost(address.Hostname, Observation?.AnnouncedHostname));

    private static bool IsSameHost(string written, string? known)
    {
        if (string.IsNullOrEmpty(written) || string.IsNullOrEmpty(known))
        {
            return false;
        }

        return string.Equals(written, known, StringComparison.OrdinalIgnoreCase) || (IsLoopback(written) && IsLoopback(known));
    }

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
