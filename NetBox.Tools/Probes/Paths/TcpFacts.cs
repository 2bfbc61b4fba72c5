using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace NetBox.Tools.Probes.Paths;

/// <summary>What the kernel has learned of a connection.</summary>
internal sealed record TcpFacts(double RoundTripMs, int SegmentBytes)
{
    /// <summary>Linux tells (TCP_INFO, tcp(7)); null elsewhere.</summary>
    public static TcpFacts? Of(Socket socket)
    {
        // struct tcp_info: eight bytes of flags, then numbers of four bytes each.
        const int Tcp = 6, TcpInfo = 11, Size = 104, SegmentAt = 16, RoundTripAt = 68;
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        Span<byte> info = stackalloc byte[Size];
        try
        {
            return socket.GetRawSocketOption(Tcp, TcpInfo, info) < RoundTripAt + sizeof(uint)
                ? null
                : new(Math.Round(MemoryMarshal.Read<uint>(info[RoundTripAt..]) / 1000.0, 3), (int)MemoryMarshal.Read<uint>(info[SegmentAt..]));
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
