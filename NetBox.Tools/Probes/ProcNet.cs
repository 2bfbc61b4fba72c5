using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Numerics;
using NetBox.Tools.Reports;

namespace NetBox.Tools.Probes;

/// <summary>Routes and sockets from the tables under /proc/net (proc_net(5)): hexadecimal, addresses in the byte order of the machine.</summary>
internal static class ProcNet
{
    private static readonly string[] States =
    [
        "?", "established", "syn-sent", "syn-received", "fin-wait-1", "fin-wait-2", "time-wait", "closed", "close-wait", "last-ack", "listening", "closing", "new-syn-received",
    ];

    /// <summary>/proc/net/route.</summary>
    public static IEnumerable<RouteReport> Routes4(IEnumerable<string> lines)
    {
        const int Up = 1;
        foreach (var fields in lines.Skip(1).Select(Fields).Where(fields => fields.Length > 7))
        {
            if ((Convert.ToInt32(fields[3], 16) & Up) != 0)
            {
                var mask = BitOperations.PopCount(Convert.ToUInt32(fields[7], 16));
                var gateway = Address(fields[2]);
                yield return new(
                    $"{Address(fields[1])}/{mask}", gateway.Equals(IPAddress.Any) ? null : gateway.ToString(), fields[0], long.Parse(fields[6], CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>/proc/net/ipv6_route. Routes to this machine's own addresses and to multicast groups, which every system has, are left out.</summary>
    public static IEnumerable<RouteReport> Routes6(IEnumerable<string> lines)
    {
        const uint Up = 1, Local = 0x80000000;
        foreach (var fields in lines.Select(Fields).Where(fields => fields.Length > 9))
        {
            var flags = Convert.ToUInt32(fields[8], 16);
            var destination = new IPAddress(Convert.FromHexString(fields[0]));
            if ((flags & Up) != 0 && (flags & Local) == 0 && !destination.IsIPv6Multicast && fields[9] != "lo")
            {
                var gateway = new IPAddress(Convert.FromHexString(fields[4]));
                yield return new(
                    $"{destination}/{Convert.ToInt32(fields[1], 16)}", gateway.Equals(IPAddress.IPv6Any) ? null : gateway.ToString(), fields[9], Convert.ToUInt32(fields[5], 16));
            }
        }
    }

    /// <summary>/proc/net/tcp and tcp6: each socket with the inode its owner holds.</summary>
    public static IEnumerable<(SocketReport Socket, string Inode)> Sockets(IEnumerable<string> lines)
    {
        foreach (var fields in lines.Skip(1).Select(Fields).Where(fields => fields.Length > 9))
        {
            var state = Convert.ToInt32(fields[3], 16) is var code && code < States.Length ? States[code] : "?";
            yield return (new(state, EndPoint(fields[1]).ToString(), state == "listening" ? null : EndPoint(fields[2]).ToString(), null, null), fields[9]);
        }
    }

    private static string[] Fields(string line) => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private static IPEndPoint EndPoint(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return new(Address(text[..colon]), Convert.ToInt32(text[(colon + 1)..], 16));
    }

    // Words of four bytes, each as the machine holds it.
    private static IPAddress Address(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        for (var word = 0; BitConverter.IsLittleEndian && word < bytes.Length; word += 4)
        {
            var span = bytes.AsSpan(word, 4);
            BinaryPrimitives.WriteUInt32LittleEndian(span, BinaryPrimitives.ReadUInt32BigEndian(span));
        }

        var address = new IPAddress(bytes);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
