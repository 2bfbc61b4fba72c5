using System.Net;
using System.Net.NetworkInformation;
using NetBox.Tools.Reports;

namespace NetBox.Tools.Probes;

/// <summary>The network interfaces of this machine, or of this pod.</summary>
internal static class Interfaces
{
    public static InterfacesReport Read() =>
        new([.. NetworkInterface.GetAllNetworkInterfaces().OrderBy(nic => nic.Name, StringComparer.Ordinal).Select(Describe)]);

    private static InterfaceReport Describe(NetworkInterface nic)
    {
        var properties = nic.GetIPProperties();
        var traffic = nic.GetIPStatistics();
        var mac = nic.GetPhysicalAddress().ToString();
        return new(
            nic.Name,
            nic.NetworkInterfaceType.ToString(),
            nic.OperationalStatus.ToString(),
            mac.Length == 12 ? string.Join(':', mac.Chunk(2).Select(pair => new string(pair).ToLowerInvariant())) : null,
            Mtu(properties),
            Speed(nic),
            [.. properties.UnicastAddresses.Select(address => $"{new IPAddress(address.Address.GetAddressBytes())}/{address.PrefixLength}")],
            new(
                traffic.BytesReceived, traffic.BytesSent, traffic.IncomingPacketsWithErrors, traffic.OutgoingPacketsWithErrors,
                traffic.IncomingPacketsDiscarded, OperatingSystem.IsMacOS() ? 0 : traffic.OutgoingPacketsDiscarded));
    }

    internal static int? Mtu(IPInterfaceProperties properties)
    {
        try
        {
            return properties.GetIPv4Properties()?.Mtu is > 0 and var mtu ? mtu : null;
        }
        catch (NetworkInformationException)
        {
            // It has no IPv4.
            return null;
        }
    }

    private static double? Speed(NetworkInterface nic) => Speed(nic.Speed);

    // Virtual interfaces have none: the system then says -1, also as a number without a sign, or what it takes for unlimited.
    internal static double? Speed(long bitsPerSecond) => bitsPerSecond is > 0 and < uint.MaxValue * 1_000_000L ? bitsPerSecond / 1e6 : null;
}
