using System.Globalization;

namespace Aspire.Hosting.Orchestration.Networking;

/// <summary>Who listens on a port, as far as /proc tells.</summary>
internal static class PortOwner
{
    private const string Listening = "0A";
    private const int LocalAddressField = 1;
    private const int StateField = 3;
    private const int InodeField = 9;

    /// <summary>"redis-server, process 1234", or null where it cannot be told.</summary>
    public static string? Find(int port)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var sockets = new HashSet<string>();
        foreach (var table in (ReadOnlySpan<string>)["/proc/net/tcp", "/proc/net/tcp6"])
        {
            foreach (var inode in ListenersOf(ReadLines(table), port))
            {
                sockets.Add($"socket:[{inode}]");
            }
        }

        return sockets.Count == 0 ? null : Holder(sockets);
    }

    /// <summary>The inodes of the sockets that listen on <paramref name="port"/> in a table of /proc/net.</summary>
    public static IEnumerable<string> ListenersOf(IEnumerable<string> table, int port)
    {
        var suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        return table.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > InodeField
                && fields[StateField] == Listening
                && fields[LocalAddressField].EndsWith(suffix, StringComparison.Ordinal))
            .Select(fields => fields[InodeField]);
    }

    private static string? Holder(HashSet<string> sockets)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var processId) || !Holds(folder, sockets))
            {
                continue;
            }

            var name = ReadLines(folder + "/comm").FirstOrDefault() ?? "a process";
            return string.Create(CultureInfo.InvariantCulture, $"{name}, process {processId}");
        }

        return null;
    }

    private static bool Holds(string processFolder, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles(processFolder + "/fd")
                .Any(fd => new FileInfo(fd).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
