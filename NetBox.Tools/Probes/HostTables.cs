using System.Globalization;
using NetBox.Tools.Reports;

namespace NetBox.Tools.Probes;

/// <summary>Routes and sockets of this machine. Linux only: elsewhere there are no such tables, and this says so.</summary>
internal static class HostTables
{
    public static RoutesReport Routes() =>
        new([.. ProcNet.Routes4(Lines("/proc/net/route")), .. File.Exists("/proc/net/ipv6_route") ? ProcNet.Routes6(Lines("/proc/net/ipv6_route")) : []]);

    /// <param name="listening">Only those that wait for connections.</param>
    /// <param name="port">Only those with this port at either end; null for all.</param>
    public static SocketsReport Sockets(bool listening, int? port)
    {
        var (owners, all) = Owners();
        string[] tables = ["/proc/net/tcp", "/proc/net/tcp6"];
        var sockets = tables.Where(File.Exists).SelectMany(table => ProcNet.Sockets(Lines(table)))
            .Where(entry => !listening || entry.Socket.State == "listening")
            .Where(entry => port is null || HasPort(entry.Socket, port.Value))
            .Select(entry => owners.TryGetValue(entry.Inode, out var owner) ? entry.Socket with { Process = owner.Name, ProcessId = owner.Id } : entry.Socket)
            .OrderBy(socket => socket.State != "listening")
            .ThenBy(socket => socket.Local, StringComparer.Ordinal)
            .ToList();
        return new(sockets, all);
    }

    private static bool HasPort(SocketReport socket, int port)
    {
        var end = $":{port.ToString(CultureInfo.InvariantCulture)}";
        return socket.Local.EndsWith(end, StringComparison.Ordinal) || socket.Remote?.EndsWith(end, StringComparison.Ordinal) == true;
    }

    private static string[] Lines(string table)
    {
        try
        {
            return File.ReadAllLines(table);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NetBoxException.Usage($"{table} cannot be read: this command needs Linux");
        }
    }

    /// <summary>Which process holds which socket, as far as this user may see; false when some process did not let it.</summary>
    private static (Dictionary<string, (string Name, int Id)> Owners, bool All) Owners()
    {
        const string Prefix = "socket:[";
        var owners = new Dictionary<string, (string, int)>();
        var all = true;
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                continue;
            }

            try
            {
                var name = File.ReadAllText(Path.Combine(process, "comm")).Trim();
                foreach (var handle in Directory.EnumerateFiles(Path.Combine(process, "fd")))
                {
                    if (new FileInfo(handle).LinkTarget is { } link && link.StartsWith(Prefix, StringComparison.Ordinal))
                    {
                        owners.TryAdd(link[Prefix.Length..^1], (name, id));
                    }
                }
            }
            catch (UnauthorizedAccessException)
            {
                all = false;
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        return (owners, all);
    }
}
