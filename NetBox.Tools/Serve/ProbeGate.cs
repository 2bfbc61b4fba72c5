using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace NetBox.Tools.Serve;

/// <summary>
/// Who may use the endpoints. A probe makes this process open a connection to wherever the caller says: from a browser any
/// web site could make it look into the network it stands in (server-side request forgery). So browsers are served only
/// for the page this process itself delivered, under a name that belongs to it; and where others than this machine can
/// connect, the HTTP and TCP probes are off unless a token is configured and presented.
/// </summary>
internal sealed class ProbeGate(string? token)
{
    public const string TokenVariable = "NETBOX_PROBE_TOKEN";

    private readonly byte[]? _token = string.IsNullOrWhiteSpace(token) ? null : Encoding.UTF8.GetBytes(token.Trim());

    /// <summary>The addresses really listened on; known once the server runs.</summary>
    public IReadOnlyCollection<string> Listening { get; set; } = [];

    public bool IsLocal => Listening.Count > 0 && Listening.All(ListenAddresses.IsLoopback);

    /// <summary>Null when the caller may read what the endpoints tell, else the reason.</summary>
    public string? RefuseReading(HttpRequest request)
    {
        // A foreign name that resolves to loopback (DNS rebinding) makes any site same-origin: on loopback only its own names count.
        if (IsLocal && !IsLoopbackName(request.Host.Host))
        {
            return "this host name is not one of netbox";
        }

        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site) && site != "same-origin" && site != "none")
        {
            return "only the page of netbox itself may ask";
        }

        return request.Headers.TryGetValue("Origin", out var origin) && !IsOwnOrigin(request, origin)
            ? "only the page of netbox itself may ask"
            : null;
    }

    /// <summary>Null when the caller may have connections opened, else the reason.</summary>
    public string? RefuseProbing(HttpRequest request)
    {
        if (RefuseReading(request) is { } reason)
        {
            return reason;
        }

        if (_token is null)
        {
            return IsLocal ? null : $"probes are off because others than this machine can connect; set {TokenVariable} and send it as a bearer token";
        }

        return HasToken(request.Headers.Authorization) ? null : $"the bearer token of {TokenVariable} is missing or wrong";
    }

    private bool HasToken(StringValues authorization)
    {
        const string Scheme = "Bearer ";
        return authorization.Count == 1
            && authorization[0] is { } value
            && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(value[Scheme.Length..].Trim()), _token);
    }

    private static bool IsOwnOrigin(HttpRequest request, StringValues origin) =>
        origin.Count == 1
        && Uri.TryCreate(origin[0], UriKind.Absolute, out var uri)
        && uri.Authority.Equals(WithoutDefaultPort(request), StringComparison.OrdinalIgnoreCase);

    private static string WithoutDefaultPort(HttpRequest request) =>
        request.Host.Port is 80 or 443 or null ? request.Host.Host : request.Host.Value ?? string.Empty;

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
