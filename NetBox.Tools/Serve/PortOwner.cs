using System.Globalization;

namespace NetBox.Tools.Serve;

/// <summary>Which process listens on a port, as far as Linux lets this user see.</summary>
internal static class PortOwner
{
    /// <summary>Such as <c>redis-server (pid 4711)</c>; null when it cannot be told.</summary>
    public static string? Describe(IReadOnlyList<string> urls)
    {
        foreach (var url in urls)
        {
            if (Uri.TryCreate(url.Replace("//*", "//any", StringComparison.Ordinal), UriKind.Absolute, out var uri)
                && Inode(uri.Port) is { } inode
                && Owner($"socket:[{inode}]") is { } owner)
            {
                return owner;
            }
        }

        return null;
    }

    private static string? Inode(int port)
    {
        const string Listen = "0A";
        var suffix = $":{port.ToString("X4", CultureInfo.InvariantCulture)}";
        foreach (var table in (string[])["/proc/net/tcp", "/proc/net/tcp6"])
        {
            if (!File.Exists(table))
            {
                continue;
            }

            foreach (var line in File.ReadLines(table).Skip(1))
            {
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length > 9 && fields[1].EndsWith(suffix, StringComparison.Ordinal) && fields[3] == Listen)
                {
                    return fields[9];
                }
            }
        }

        return null;
    }

    private static string? Owner(string socket)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                continue;
            }

            try
            {
                if (Directory.EnumerateFiles(Path.Combine(process, "fd")).Any(fd => new FileInfo(fd).LinkTarget == socket))
                {
                    return $"{File.ReadAllText(Path.Combine(process, "comm")).Trim()} (pid {pid})";
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has ended, or belongs to somebody else.
            }
        }

        return null;
    }
}
