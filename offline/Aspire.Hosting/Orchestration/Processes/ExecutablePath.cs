namespace Aspire.Hosting.Orchestration.Processes;

internal static class ExecutablePath
{
    /// <summary>The full path that <paramref name="command"/> stands for, or null where there is no such program.</summary>
    public static string? Find(string command, string workingDirectory, string? path = null)
    {
        if (command.Contains(Path.DirectorySeparatorChar) || command.Contains(Path.AltDirectorySeparatorChar))
        {
            return Existing(Path.GetFullPath(command, workingDirectory));
        }

        path ??= System.Environment.GetEnvironmentVariable("PATH") ?? "";
        foreach (var folder in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            if (Existing(Path.Combine(folder, command)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static string? Existing(string candidate)
    {
        if (OperatingSystem.IsWindows())
        {
            return File.Exists(candidate) ? candidate : File.Exists(candidate + ".exe") ? candidate + ".exe" : null;
        }

        const UnixFileMode anyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(candidate) && (File.GetUnixFileMode(candidate) & anyExecute) != 0 ? candidate : null;
    }
}
