using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace NetBox.Tools.Serve.Access;

/// <summary>
/// Who may use the endpoints. They tell about the cluster, harm it (drills), and make this process open connections to wherever the
/// caller says (probes): from a browser any web site could make it do so. So browsers are served only for the page this process itself
/// delivered, under a name that belongs to it; and where others than this machine can connect, only who has the token is.
/// </summary>
internal sealed class AccessGate(AccessToken token)
{
    public AccessToken Token => token;

    /// <summary>The addresses really listened on; known once the server runs.</summary>
    public IReadOnlyCollection<string> Listening { get; set; } = [];

    public bool IsLocal => Listening.Count > 0 && Listening.All(ListenAddresses.IsLoopback);

    /// <summary>A token that was chosen is asked for everywhere, else only where others can connect.</summary>
    public bool AsksForToken => token.IsConfigured || !IsLocal;

    /// <summary>Null when the request may come from where it says it comes from, else the reason.</summary>
    public string? RefuseOrigin(HttpRequest request)
    {
        // A foreign name that resolves to loopback (DNS rebinding) makes any site same-origin: on loopback only its own names count.
        // Elsewhere the session does not follow to another name.
        if (IsLocal && !IsLoopbackName(request.Host.Host))
        {
            return "this host name is not one of netbox";
        }

        // What the browser itself says of the two counts: behind a proxy that asks under a name of its own they cannot be compared here.
        var isForeign = request.Headers.TryGetValue("Sec-Fetch-Site", out var site)
            ? site != "same-origin" && site != "none"
            : request.Headers.TryGetValue("Origin", out var origin) && !IsOwnOrigin(request, origin);
        return isForeign ? "only the page of netbox itself may ask" : null;
    }

    /// <summary>Whether the request shows the token or the session that was given for it, or needs none.</summary>
    public bool Knows(HttpRequest request) =>
        !AsksForToken || HasBearer(request) || token.MatchesSession(request.Cookies[token.CookieName]);

    /// <summary>Whether it shows the token itself, which no browser adds on behalf of a web site.</summary>
    public bool HasBearer(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        return request.Headers.Authorization is [{ } value]
            && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && token.Matches(value[Scheme.Length..].Trim());
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
