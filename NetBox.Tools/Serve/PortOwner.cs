using NetBox.Tools.Probes;

namespace NetBox.Tools.Serve;

/// <summary>Which process listens on a port, as far as Linux lets this user see.</summary>
internal static class PortOwner
{
    /// <summary>Such as <c>redis-server (pid 4711)</c>; null when it cannot be told.</summary>
    public static string? Describe(IReadOnlyList<string> urls) => OperatingSystem.IsLinux()
        ? urls
            .Select(url => Uri.TryCreate(url.Replace("//*", "//any", StringComparison.Ordinal), UriKind.Absolute, out var uri) ? uri.Port : (int?)null)
            .Where(port => port is not null)
            .SelectMany(port => HostTables.Sockets(listening: true, port).Sockets)
            .Where(socket => socket.ProcessId is not null)
            .Select(socket => $"{socket.Process} (pid {socket.ProcessId})")
            .FirstOrDefault()
        : null;
}
