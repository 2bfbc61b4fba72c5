using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using NetBox.Tools.Reports;

namespace NetBox.Tools.Probes.Paths;

/// <summary>How packets for an address leave this machine.</summary>
/// <param name="Local">The address they bear as their sender; null when there is no way.</param>
/// <param name="Interface">Through which interface.</param>
/// <param name="InterfaceMtu">Bytes the interface takes.</param>
/// <param name="PathMtu">Bytes the whole way takes, as far as the kernel has learned.</param>
/// <param name="Route">The route of the main table that leads there; null for addresses of this machine, and where there is no such table.</param>
/// <param name="Error">Why there is no way.</param>
internal sealed record LocalEnd(IPAddress? Local, string? Interface, int? InterfaceMtu, int? PathMtu, RouteReport? Route, string? Error)
{
    /// <summary>Asks the kernel: connecting a UDP socket sends nothing, but makes it choose.</summary>
    public static LocalEnd Find(IPAddress destination)
    {
        const int AnyPort = 9;
        using var socket = new Socket(destination.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Connect(new IPEndPoint(destination, AnyPort));
        }
        catch (SocketException exception)
        {
            return new(null, null, null, null, null, Failures.Of(exception));
        }

        var local = ((IPEndPoint)socket.LocalEndPoint!).Address;
        var route = IPAddress.IsLoopback(destination) || local.Equals(destination) ? null : RouteChoice.Choose(Routes(), destination);
        var nics = NetworkInterface.GetAllNetworkInterfaces();
        var nic = Array.Find(nics, nic => nic.Name == route?.Interface) ?? Array.Find(nics, nic => Has(nic, local.Equals(destination) ? IPAddress.Loopback : local)) ?? Array.Find(nics, nic => Has(nic, local));
        return new(local, nic?.Name, nic is null ? null : Interfaces.Mtu(nic.GetIPProperties()), PathMtuOf(socket), route, null);
    }

    private static bool Has(NetworkInterface nic, IPAddress address) =>
        IPAddress.IsLoopback(address)
            ? nic.NetworkInterfaceType == NetworkInterfaceType.Loopback
            : nic.GetIPProperties().UnicastAddresses.Any(own => own.Address.Equals(address));

    private static IReadOnlyList<RouteReport> Routes()
    {
        try
        {
            return HostTables.Routes().Routes;
        }
        catch (NetBoxException)
        {
            // Not on Linux: what the kernel chose is told all the same.
            return [];
        }
    }

    // IP_MTU and IPV6_MTU of a connected socket.
    private static int? PathMtuOf(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        Span<byte> value = stackalloc byte[sizeof(int)];
        var (level, option) = socket.AddressFamily == AddressFamily.InterNetworkV6 ? (41, 24) : (0, 14);
        try
        {
            socket.GetRawSocketOption(level, option, value);
            return MemoryMarshal.Read<int>(value);
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
