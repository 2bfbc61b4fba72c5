using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace RedisCluster.Topology;

/// <summary>A node's address as CLUSTER NODES and nodes.conf write it: <c>ip:port@busport[,hostname[,name=value...]]</c>.</summary>
/// <param name="Ip">IP address, IPv6 without brackets, or the name given as cluster-announce-ip; empty while the node has not learnt its own.</param>
/// <param name="Port">The client port; 0 when the address is not known (flag noaddr).</param>
/// <param name="BusPort">The cluster bus port; 0 when the address is not known.</param>
/// <param name="Hostname">cluster-announce-hostname, or empty.</param>
/// <param name="Auxiliary">The <c>name=value</c> fields of Redis 7.2 and Valkey as they were written, comma separated, or empty.</param>
[JsonConverter(typeof(ParsableJsonConverter<NodeAddress>))]
public sealed record NodeAddress(string Ip, int Port, int BusPort, string Hostname = "", string Auxiliary = "") : IParsable<NodeAddress>
{
    /// <summary>Whether there is a port to connect to. A node's own line may lack the IP until it has met another one.</summary>
    public bool IsKnown => Port != 0;

    /// <summary>The id all nodes of one shard share (Redis 7.2, Valkey), or null.</summary>
    public string? ShardId => GetAuxiliary("shard-id");

    /// <summary>cluster-announce-human-nodename, or null.</summary>
    public string? NodeName => GetAuxiliary("nodename");

    /// <summary>The value of one auxiliary field.</summary>
    /// <param name="name">Such as <c>shard-id</c>, <c>nodename</c>, <c>tls-port</c>, <c>availability-zone</c>.</param>
    /// <returns>Null when the field is absent.</returns>
    public string? GetAuxiliary(string name)
    {
        foreach (var range in Auxiliary.AsSpan().Split(','))
        {
            var field = Auxiliary.AsSpan()[range];
            if (field.Length > name.Length && field[name.Length] == '=' && field.StartsWith(name, StringComparison.Ordinal))
            {
                return field[(name.Length + 1)..].ToString();
            }
        }

        return null;
    }

    /// <summary>Reads <c>ip:port@busport[,hostname[,name=value...]]</c>.</summary>
    /// <param name="text">The second field of a line of CLUSTER NODES.</param>
    /// <param name="address">The address, or null.</param>
    /// <returns>False when the text is anything else.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out NodeAddress? address)
    {
        address = null;
        var comma = text.IndexOf(',');
        var place = comma < 0 ? text : text[..comma];
        var at = place.LastIndexOf('@');
        var colon = at < 0 ? -1 : place[..at].LastIndexOf(':');
        if (colon < 0
            || !TryParsePortOrZero(place[(colon + 1)..at], out var port)
            || !TryParsePortOrZero(place[(at + 1)..], out var busPort)
            || place[..colon].ContainsAny(" @"))
        {
            return false;
        }

        var hostname = ReadOnlySpan<char>.Empty;
        var auxiliary = ReadOnlySpan<char>.Empty;
        if (comma >= 0)
        {
            var rest = text[(comma + 1)..];
            comma = rest.IndexOf(',');
            hostname = comma < 0 ? rest : rest[..comma];
            auxiliary = comma < 0 ? [] : rest[(comma + 1)..];
            if (hostname.Contains('='))
            {
                auxiliary = rest;
                hostname = [];
            }
        }

        if (!AreFields(auxiliary))
        {
            return false;
        }

        address = new NodeAddress(place[..colon].ToString(), port, busPort, hostname.ToString(), auxiliary.ToString());
        return true;
    }

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out NodeAddress result) =>
        TryParse(s.AsSpan(), out result);

    /// <summary>Reads <c>ip:port@busport[,hostname[,name=value...]]</c>.</summary>
    /// <param name="text">The second field of a line of CLUSTER NODES.</param>
    /// <returns>The address.</returns>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static NodeAddress Parse(string text) =>
        TryParse(text.AsSpan(), out var address) ? address : throw new FormatException($"'{text}' is not an address of the form ip:port@busport[,hostname].");

    /// <inheritdoc />
    public static NodeAddress Parse(string s, IFormatProvider? provider) => Parse(s);

    /// <summary><c>ip:port</c> without bus port and names, IPv6 in brackets; the hostname stands in when the IP is not known.</summary>
    /// <returns>A form people recognise.</returns>
    public string ToClientString()
    {
        var host = Ip.Length > 0 ? Ip : Hostname;
        return string.Create(CultureInfo.InvariantCulture, $"{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{Port}");
    }

    /// <inheritdoc />
    public override string ToString()
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{Ip}:{Port}@{BusPort}");
        return Auxiliary.Length > 0 ? $"{place},{Hostname},{Auxiliary}" : Hostname.Length > 0 ? $"{place},{Hostname}" : place;
    }

    private static bool TryParsePortOrZero(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= 65535;

    private static bool AreFields(ReadOnlySpan<char> auxiliary)
    {
        if (auxiliary.IsEmpty)
        {
            return true;
        }

        foreach (var range in auxiliary.Split(','))
        {
            if (auxiliary[range].IndexOf('=') <= 0)
            {
                return false;
            }
        }

        return true;
    }
}
