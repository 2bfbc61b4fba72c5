using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace RedisCluster.Topology;

/// <summary>Where a client reaches one node, as a user names it: <c>host:port[@busport]</c>, IPv6 in brackets.</summary>
/// <param name="Host">A DNS name or an IP address, IPv6 without brackets.</param>
/// <param name="Port">The client port, 1 to 65535.</param>
/// <param name="BusPort">The cluster bus port, or null when it was not given; see <see cref="EffectiveBusPort"/>.</param>
[JsonConverter(typeof(ParsableJsonConverter<NodeEndpoint>))]
public sealed record NodeEndpoint(string Host, int Port, int? BusPort = null) : IParsable<NodeEndpoint>
{
    /// <summary>How far above the client port a node listens for its peers unless told otherwise (cluster-port 0).</summary>
    public const int DefaultBusPortOffset = 10000;

    /// <summary>The bus port given, or client port + 10000. May exceed 65535 when the client port is above 55535.</summary>
    public int EffectiveBusPort => BusPort ?? (Port + DefaultBusPortOffset);

    /// <summary>Whether both name the same client port of the same host; bus ports are not compared, host names ignore case.</summary>
    /// <param name="other">The other endpoint.</param>
    /// <returns>True when a client would end up at the same place.</returns>
    public bool IsSameClientAddress(NodeEndpoint other) =>
        Port == other.Port && string.Equals(Host, other.Host, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads <c>host:port[@busport]</c> or <c>[v6]:port[@busport]</c>.</summary>
    /// <param name="text">The text, without white space around it.</param>
    /// <param name="endpoint">The endpoint, or null.</param>
    /// <returns>False when the text is anything else.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out NodeEndpoint? endpoint)
    {
        endpoint = null;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        int? busPort = null;
        var rest = text.AsSpan();
        var at = rest.LastIndexOf('@');
        if (at >= 0)
        {
            if (!TryParsePort(rest[(at + 1)..], out var bus))
            {
                return false;
            }

            busPort = bus;
            rest = rest[..at];
        }

        var colon = rest.LastIndexOf(':');
        if (colon <= 0 || !TryParsePort(rest[(colon + 1)..], out var port))
        {
            return false;
        }

        var host = rest[..colon];
        if (host[0] == '[')
        {
            if (host[^1] != ']')
            {
                return false;
            }

            host = host[1..^1];
            if (!System.Net.IPAddress.TryParse(host, out var address)
                || address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
            {
                return false;
            }
        }
        else if (!IsHostName(host))
        {
            return false;
        }

        endpoint = new NodeEndpoint(host.ToString(), port, busPort);
        return true;
    }

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out NodeEndpoint result) =>
        TryParse(s, out result);

    /// <summary>Reads <c>host:port[@busport]</c> or <c>[v6]:port[@busport]</c>.</summary>
    /// <param name="text">The text, without white space around it.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="FormatException">The text is not an endpoint; the message says which form is expected.</exception>
    public static NodeEndpoint Parse(string text) =>
        TryParse(text, out var endpoint)
            ? endpoint
            : throw new FormatException($"'{text}' is not a node: expected host:port or host:port@busport, ports 1-65535, IPv6 as [address]:port.");

    /// <inheritdoc />
    public static NodeEndpoint Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <summary>The <c>host:port</c> part, which clients use.</summary>
    /// <returns>IPv6 in brackets, no bus port.</returns>
    public string ToClientString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");

    /// <inheritdoc />
    public override string ToString() =>
        BusPort is { } bus ? string.Create(CultureInfo.InvariantCulture, $"{ToClientString()}@{bus}") : ToClientString();

    internal static bool TryParsePort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535;

    private static bool IsHostName(ReadOnlySpan<char> host)
    {
        foreach (var c in host)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_'))
            {
                return false;
            }
        }

        return host.Length > 0;
    }
}
