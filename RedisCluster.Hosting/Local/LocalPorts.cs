using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RedisCluster.Hosting.Local;

/// <summary>What can be said about the ports of this machine.</summary>
internal static class LocalPorts
{
    /// <summary>Whether a server could listen on the port now.</summary>
    /// <param name="port">The port.</param>
    /// <param name="everywhere">On all addresses, as published ports of containers do, or on 127.0.0.1 alone.</param>
    public static bool IsFree(int port, bool everywhere = false)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(everywhere ? IPAddress.Any : IPAddress.Loopback, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Who listens on the port, as "name (process 123)"; null where that cannot be found out.</summary>
    public static string? OwnerOf(int port)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            var inodes = ListeningInodes(port);
            return inodes.Count == 0 ? null : ProcessWith(inodes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>" by name (process 123)", or nothing: to put behind "is taken".</summary>
    public static string TakenBy(int port) => OwnerOf(port) is { } owner ? $" by {owner}" : "";

    private static HashSet<string> ListeningInodes(int port)
    {
        const string Listening = "0A";
        var suffix = $":{port:X4}";
        HashSet<string> links = [];
        foreach (var table in (ReadOnlySpan<string>)["/proc/net/tcp", "/proc/net/tcp6"])
        {
            if (!File.Exists(table))
            {
                continue;
            }

            foreach (var line in File.ReadLines(table).Skip(1))
            {
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length > 9 && fields[1].EndsWith(suffix, StringComparison.Ordinal) && fields[3] == Listening)
                {
                    links.Add($"socket:[{fields[9]}]");
                }
            }
        }

        return links;
    }

    private static string? ProcessWith(HashSet<string> links)
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                continue;
            }

            try
            {
                if (Directory.EnumerateFileSystemEntries($"{directory}/fd").Any(fd => new FileInfo(fd).LinkTarget is { } target && links.Contains(target)))
                {
                    using var process = Process.GetProcessById(id);
                    return $"{process.ProcessName} (process {id})";
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
            {
                // Another user's process, or one that has ended meanwhile.
            }
        }

        return null;
    }
}
