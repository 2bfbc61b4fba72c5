using System.Net;
using System.Runtime.InteropServices;

namespace NetBox.Tools.Probes.Traces;

/// <summary>What somebody on the way said of a packet of ours.</summary>
/// <param name="From">Who said it; null where it was this machine's own kernel.</param>
/// <param name="Kind">What it means.</param>
internal sealed record IcmpError(IPAddress? From, IcmpKind Kind)
{
    private const int Level4 = 0, Type4 = 11, Level6 = 41, Type6 = 25;
    private const int OriginIcmp = 2, OriginIcmp6 = 3;

    // struct sock_extended_err; the address of who said it follows.
    private const int ErrorSize = 16;

    /// <summary>Reads the control messages of an error queue (cmsg(3), ip(7), ipv6(7)); null when no error is among them.</summary>
    public static IcmpError? Parse(ReadOnlySpan<byte> control)
    {
        var header = IntPtr.Size + 8;
        while (control.Length >= header)
        {
            var length = (int)(IntPtr.Size == 8 ? MemoryMarshal.Read<long>(control) : MemoryMarshal.Read<int>(control));
            var (level, type) = (MemoryMarshal.Read<int>(control[IntPtr.Size..]), MemoryMarshal.Read<int>(control[(IntPtr.Size + 4)..]));
            if (length < header || length > control.Length)
            {
                return null;
            }

            if ((level, type) is (Level4, Type4) or (Level6, Type6) && length >= header + ErrorSize)
            {
                return Read(control[header..length]);
            }

            var aligned = (length + IntPtr.Size - 1) / IntPtr.Size * IntPtr.Size;
            control = control[Math.Min(aligned, control.Length)..];
        }

        return null;
    }

    private static IcmpError Read(ReadOnlySpan<byte> error)
    {
        var (origin, type, code) = (error[4], error[5], error[6]);
        var kind = (origin, type, code) switch
        {
            (OriginIcmp, 11, _) or (OriginIcmp6, 3, _) => IcmpKind.TimeExceeded,
            (OriginIcmp, 3, 3) or (OriginIcmp6, 1, 4) => IcmpKind.PortUnreachable,
            (OriginIcmp, 3, 9 or 10 or 13) or (OriginIcmp6, 1, 1) => IcmpKind.Prohibited,
            (OriginIcmp, 3, 4) or (OriginIcmp6, 2, _) => IcmpKind.TooBig,
            (OriginIcmp, 3, _) or (OriginIcmp6, 1, _) => IcmpKind.Unreachable,
            _ => IcmpKind.Other,
        };
        return new(AddressOf(error[ErrorSize..]), kind);
    }

    // sockaddr_in and sockaddr_in6: the family in the machine's byte order, then the port.
    private static IPAddress? AddressOf(ReadOnlySpan<byte> address)
    {
        const int Inet = 2, Inet6 = 10;
        var family = address.Length < 8 ? 0 : MemoryMarshal.Read<ushort>(address);
        return family switch
        {
            Inet => new IPAddress(address.Slice(4, 4)),
            Inet6 when address.Length >= 24 => new IPAddress(address.Slice(8, 16)),
            _ => null,
        };
    }
}

internal enum IcmpKind
{
    /// <summary>The packet's time to live ran out at a router.</summary>
    TimeExceeded,

    /// <summary>The host is there; nothing listens on that port.</summary>
    PortUnreachable,

    /// <summary>A firewall forbids it and says so.</summary>
    Prohibited,

    /// <summary>A packet was larger than the next network takes.</summary>
    TooBig,

    /// <summary>There is no way to the host or the network.</summary>
    Unreachable,

    Other,
}
