using System.Net;

namespace NetBox.Tools.Serve;

/// <summary>Where to listen: what was asked for, else what the AppHost or the container says, else loopback.</summary>
/// <param name="Urls">One or more http or https URLs.</param>
/// <param name="Asked">Whether somebody asked for exactly these; if not, a taken port is no reason to give up.</param>
internal sealed record ListenAddresses(IReadOnlyList<string> Urls, bool Asked)
{
    public const int DefaultPort = 5081;

    /// <exception cref="NetBoxException">A URL or port is malformed (usage).</exception>
    public static ListenAddresses From(string? option, Func<string, string?> environment)
    {
        if (Split(option) is { Count: > 0 } asked)
        {
            return new ListenAddresses(asked, Asked: true);
        }

        if (Split(environment("ASPNETCORE_URLS")) is { Count: > 0 } urls)
        {
            return new ListenAddresses(urls, Asked: true);
        }

        var ports = environment("HTTP_PORTS") is { Length: > 0 } plain ? plain : environment("ASPNETCORE_HTTP_PORTS");
        return string.IsNullOrWhiteSpace(ports)
            ? new ListenAddresses([Loopback(DefaultPort)], Asked: false)
            : new ListenAddresses([.. ports.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(AnyAddress)], Asked: true);
    }

    public static string Loopback(int port) => $"http://127.0.0.1:{port}";

    /// <summary>Whether nobody but this machine can connect to the address a server says it listens on.</summary>
    public static bool IsLoopback(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(uri.Host, out var address) && IPAddress.IsLoopback(address)));

    private static List<string>? Split(string? text) => text?
        .Split([';', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(url => IsListenUrl(url) ? url : throw NetBoxException.Usage($"'{url}' is not a URL to listen on; write it like http://127.0.0.1:{DefaultPort}"))
        .ToList();

    private static bool IsListenUrl(string url) =>
        Uri.TryCreate(url.Replace("//*", "//any", StringComparison.Ordinal).Replace("//+", "//any", StringComparison.Ordinal), UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && uri.PathAndQuery == "/";

    private static string AnyAddress(string port) => int.TryParse(port, out var number) && number is >= 0 and <= IPEndPoint.MaxPort
        ? $"http://*:{number}"
        : throw NetBoxException.Usage($"HTTP_PORTS holds '{port}', which is not a port");
}
