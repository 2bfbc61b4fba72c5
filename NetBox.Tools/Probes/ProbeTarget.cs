using System.Globalization;
using System.Net;

namespace NetBox.Tools.Probes;

/// <summary>HOST:PORT as a person types it; IPv6 in brackets.</summary>
internal sealed record ProbeTarget(string Host, int Port)
{
    /// <summary>No name is longer; a resolver does not even look.</summary>
    private const int LongestName = 255;

    public static ProbeTarget Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || colon == text.Length - 1)
        {
            throw NetBoxException.Usage($"'{text}' is not HOST:PORT; write it like localhost:6379 or [::1]:6379");
        }

        var host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']') && host.Length > 2)
        {
            host = host[1..^1];
        }
        else if (host.Contains(':'))
        {
            throw NetBoxException.Usage($"'{text}' looks like an IPv6 address; put it in brackets, like [::1]:6379");
        }

        if (host.Length > LongestName)
        {
            throw NetBoxException.Usage($"'{host[..20]}...' is too long for a host name ({host.Length} characters)");
        }

        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > IPEndPoint.MaxPort)
        {
            throw NetBoxException.Usage($"'{text}' has no port between 1 and 65535 after the last colon");
        }

        return new ProbeTarget(host, port);
    }

    /// <summary>HOST, HOST:PORT, or an IPv6 address without brackets; the port is null where there is none.</summary>
    /// <exception cref="NetBoxException">It is none of these (usage).</exception>
    public static (string Host, int? Port) ParseHost(string text)
    {
        ArgumentNullException.ThrowIfNull(text);

        // What follows a bracket would be dropped without a word.
        if (!text.Contains("]:", StringComparison.Ordinal) && IPAddress.TryParse(text, out var literal))
        {
            return (literal.ToString(), null);
        }

        if (!text.Contains(':'))
        {
            return text.Length > 0 && !text.Contains(' ') ? (text, null) : throw NetBoxException.Usage($"'{text}' is not a host; write it like redis-cluster-0 or redis-cluster-0:6379");
        }

        var target = Parse(text);
        return (target.Host, target.Port);
    }

    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
