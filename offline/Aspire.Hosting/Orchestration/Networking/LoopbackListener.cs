using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Orchestration.Networking;

/// <summary>Listening sockets for one endpoint: for "localhost" on both loopbacks, since clients try either first.</summary>
internal static class LoopbackListener
{
    private const int Backlog = 512;
    private const int Attempts = 20;

    /// <param name="host">localhost, an IP address, or * / 0.0.0.0 / [::] for all interfaces.</param>
    /// <param name="port">0 for any free one.</param>
    /// <exception cref="SocketException">The port is in use.</exception>
    public static IReadOnlyList<Socket> Listen(string host, int port)
    {
        var addresses = AddressesOf(host);
        for (var attempt = 1; ; attempt++)
        {
            var sockets = new List<Socket>();
            try
            {
                var chosen = port;
                foreach (var address in addresses)
                {
                    if (address.AddressFamily == AddressFamily.InterNetworkV6 && !Socket.OSSupportsIPv6)
                    {
                        continue;
                    }

                    var socket = Open(address, chosen, required: sockets.Count == 0);
                    if (socket is not null)
                    {
                        sockets.Add(socket);
                        chosen = ((IPEndPoint)socket.LocalEndPoint!).Port;
                    }
                }

                return sockets;
            }
            catch (SocketException ex) when (ex.SocketErrorCode == SocketError.AddressAlreadyInUse && port == 0 && attempt < Attempts)
            {
                Close(sockets);
            }
            catch
            {
                Close(sockets);
                throw;
            }
        }
    }

    private static Socket? Open(IPAddress address, int port, bool required)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = address.Equals(IPAddress.IPv6Any);
            }

            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException ex)
        {
            socket.Dispose();
            if (!required && ex.SocketErrorCode == SocketError.AddressNotAvailable)
            {
                return null;
            }

            throw;
        }
    }

    private static IPAddress[] AddressesOf(string host) => host switch
    {
        "*" or "+" or "0.0.0.0" => [IPAddress.Any],
        "::" or "[::]" => [IPAddress.IPv6Any],
        _ when IPAddress.TryParse(host.Trim('[', ']'), out var address) => [address],
        _ => [IPAddress.Loopback, IPAddress.IPv6Loopback],
    };

    private static void Close(List<Socket> sockets)
    {
        foreach (var socket in sockets)
        {
            socket.Dispose();
        }
    }
}
