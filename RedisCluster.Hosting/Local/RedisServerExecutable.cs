namespace RedisCluster.Hosting.Local;

/// <summary>Finds programs on PATH.</summary>
internal static class RedisServerExecutable
{
    /// <summary>The full path of <c>redis-server</c> or else <c>valkey-server</c>; null where there is neither.</summary>
    public static string? Find(string? path) => OnPath("redis-server", path) ?? OnPath("valkey-server", path);

    public static string? OnPath(string program, string? path)
    {
        var file = OperatingSystem.IsWindows() ? $"{program}.exe" : program;
        return (path ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path)
        && (OperatingSystem.IsWindows()
            || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
