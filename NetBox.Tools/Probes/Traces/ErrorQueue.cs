using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace NetBox.Tools.Probes.Traces;

/// <summary>
/// Linux keeps for each socket that asks for it what routers said of its packets (IP_RECVERR, ip(7)). It needs no permission, where ICMP
/// itself does; only reading it is nothing that .NET offers.
/// </summary>
internal static unsafe partial class ErrorQueue
{
    private const int Level4 = 0, Receive4 = 11, Level6 = 41, Receive6 = 25;
    private const int FromErrorQueue = 0x2000, DoNotWait = 0x40;

    /// <exception cref="SocketException">The system does not offer it.</exception>
    public static void Enable(Socket socket)
    {
        Span<byte> on = stackalloc byte[sizeof(int)];
        MemoryMarshal.Write(on, 1);
        var (level, option) = socket.AddressFamily == AddressFamily.InterNetworkV6 ? (Level6, Receive6) : (Level4, Receive4);
        socket.SetRawSocketOption(level, option, on);
    }

    /// <summary>The next one; null when there is none.</summary>
    public static IcmpError? Read(Socket socket)
    {
        Span<byte> packet = stackalloc byte[64];
        Span<byte> control = stackalloc byte[512];
        fixed (byte* data = packet, words = control)
        {
            var part = new Part { Start = data, Length = (nuint)packet.Length };
            var message = new Message { Parts = &part, PartCount = 1, Control = words, ControlLength = (nuint)control.Length };
            return ReceiveMessage(socket.SafeHandle, &message, FromErrorQueue | DoNotWait) < 0
                ? null
                : IcmpError.Parse(control[..(int)message.ControlLength]);
        }
    }

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint ReceiveMessage(SafeSocketHandle socket, Message* message, int flags);

    // struct iovec
    [StructLayout(LayoutKind.Sequential)]
    private struct Part
    {
        public byte* Start;
        public nuint Length;
    }

    // struct msghdr
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public byte* Name;
        public uint NameLength;
        public Part* Parts;
        public nuint PartCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
