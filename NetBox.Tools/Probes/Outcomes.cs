using System.Net.Sockets;

namespace NetBox.Tools.Probes;

/// <summary>The ways in which a connection does not come about. They look alike to a program and are mended in different places.</summary>
internal static class Outcomes
{
    public const string Connected = "connected";

    /// <summary>The host is there and says no: nothing listens.</summary>
    public const string Refused = "refused";

    /// <summary>Nothing comes back: dropped on the way, or the host is down.</summary>
    public const string Filtered = "filtered";

    /// <summary>Somebody says that there is no way.</summary>
    public const string Unreachable = "unreachable";

    public const string NameUnknown = "name-unknown";

    public const string Failed = "failed";

    public static string Of(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => Refused,
        SocketError.TimedOut => Filtered,
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown or SocketError.HostDown or SocketError.AddressNotAvailable => Unreachable,
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery => NameUnknown,
        _ => Failed,
    };

    public static string CureOf(string outcome, ProbeTarget target) => outcome switch
    {
        Refused => $"start what should listen on port {target.Port}, or correct the port ('netbox sockets --listening' over there lists those that are open)",
        Filtered => $"let TCP port {target.Port} through (firewall, NetworkPolicy) or start the host; 'netbox trace {target}' tells how far packets get",
        Unreachable => $"'netbox path {target}' tells which way packets take from here; is the route there, and the host up?",
        NameUnknown => $"'netbox dns {target.Host}' asks again; is the name right, and does the service exist?",
        _ => $"'netbox path {target}' tells more",
    };
}
