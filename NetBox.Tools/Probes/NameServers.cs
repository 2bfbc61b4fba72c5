using System.Net;
using DnsClient;

namespace NetBox.Tools.Probes;

/// <summary>Which name server is asked.</summary>
internal static class NameServers
{
    /// <summary>The first one this system is configured with.</summary>
    /// <exception cref="NetBoxException">It has none (usage).</exception>
    public static IPEndPoint Configured() =>
        NameServer.ResolveNameServers(skipIPv6SiteLocal: true, fallbackToGooglePublicDns: false).FirstOrDefault() is { Address: var address, Port: var port }
            ? new(IPAddress.Parse(address), port)
            : throw NetBoxException.Usage("this system has no name server configured (/etc/resolv.conf); name one with --server");

    /// <summary>HOST, HOST:PORT, an IPv6 address, or one in brackets with a port. A name is resolved by the system.</summary>
    /// <exception cref="NetBoxException">It is none of these (usage), or the name has no address (unreachable).</exception>
    public static async Task<IPEndPoint> ParseAsync(string text, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var (host, port) = ProbeTarget.ParseHost(text);
        var addresses = await new TcpProbe(TimeProvider.System).ResolveAsync(host, timeout, cancellationToken).ConfigureAwait(false);
        return new(addresses[0], port ?? NameServer.DefaultPort);
    }
}
