using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Orchestration.Networking;

/// <summary>
/// Free ports below the range the system takes for outgoing connections, so that a port stays free between its choice and its use.
/// The whole process shares what was given out: several applications may run in it side by side.
/// </summary>
internal static class PortAllocator
{
    public const int First = 10000;
    public const int Last = 32767;

    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Taken = [];

    /// <summary>Keeps a port that somebody asked for by number from being given out.</summary>
    public static void Exclude(int port)
    {
        lock (Gate)
        {
            Taken.Add(port);
        }
    }

    public static int Next()
    {
        for (var attempt = 0; attempt < Last - First; attempt++)
        {
            var candidate = Random.Shared.Next(First, Last + 1);
            lock (Gate)
            {
                if (!Taken.Add(candidate))
                {
                    continue;
                }
            }

            if (IsFree(candidate))
            {
                return candidate;
            }

            Release(candidate);
        }

        throw new InvalidOperationException($"There is no free TCP port between {First} and {Last}.");
    }

    public static void Release(int port)
    {
        lock (Gate)
        {
            Taken.Remove(port);
        }
    }

    /// <summary>Whether nothing listens on the port, on loopback or on any interface.</summary>
    public static bool IsFree(int port) =>
        CanBind(IPAddress.Any, port) && (!Socket.OSSupportsIPv6 || CanBind(IPAddress.IPv6Any, port));

    private static bool CanBind(IPAddress address, int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = false;
            }

            socket.Bind(new IPEndPoint(address, port));
            return true;
        }
        catch (SocketException ex)
        {
            return ex.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable;
        }
    }
}
