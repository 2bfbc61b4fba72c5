using System.Globalization;
using Microsoft.Extensions.Hosting;
using RedisCluster.Hosting.Faults;

namespace RedisCluster.Hosting.Local;

/// <summary>
/// What one run of an application holds on this machine: ports that no other run may choose, and a folder for its nodes' data. Both
/// are marked by locked files, which the system unlocks however the run ends; the next run removes what was left behind.
/// </summary>
internal sealed class LocalRun : IDisposable
{
    private readonly Lock _lock = new();
    private readonly string _root;
    private readonly Dictionary<int, FileStream> _ports = [];
    private (string Path, FileStream Lock)? _directory;

    public LocalRun(IHostApplicationLifetime lifetime) : this(FaultControlContract.Root) =>
        // Where the application's owner never disposes of it.
        lifetime.ApplicationStopped.Register(Dispose);

    internal LocalRun(string root) => _root = root;

    /// <summary>This run's folder, gone when the run is over.</summary>
    public string Directory
    {
        get
        {
            lock (_lock)
            {
                return (_directory ??= CreateDirectory()).Path;
            }
        }
    }

    /// <summary>Takes the port for this run; false where another run has it.</summary>
    public bool TryReserve(int port)
    {
        lock (_lock)
        {
            if (_ports.ContainsKey(port))
            {
                return false;
            }

            var folder = CreatePrivate(Path.Combine(_root, "ports"));
            if (TryLock(Path.Combine(folder, port.ToString(CultureInfo.InvariantCulture))) is not { } file)
            {
                return false;
            }

            _ports.Add(port, file);
            return true;
        }
    }

    public void Release(int port)
    {
        lock (_lock)
        {
            if (_ports.Remove(port, out var file))
            {
                file.Dispose();
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var file in _ports.Values)
            {
                file.Dispose();
            }

            _ports.Clear();
            if (_directory is var (path, held))
            {
                _directory = null;
                Remove(path);
                held.Dispose();
            }
        }
    }

    private (string, FileStream) CreateDirectory()
    {
        var runs = CreatePrivate(FaultControlContract.Runs(_root));
        RemoveLeftovers(runs);
        var path = CreatePrivate(Path.Combine(runs, $"{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}"));
        var held = TryLock(LockOf(path)) ?? throw new IOException($"{path} cannot be locked.");
        return (path, held);
    }

    private static void RemoveLeftovers(string runs)
    {
        foreach (var path in System.IO.Directory.EnumerateDirectories(runs))
        {
            // A folder without a lock file is being made at this moment.
            if (File.Exists(LockOf(path)) && TryLock(LockOf(path)) is { } held)
            {
                Remove(path);
                held.Dispose();
            }
        }
    }

    private static string LockOf(string path) => Path.Combine(path, ".lock");

    private static string CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return System.IO.Directory.CreateDirectory(path).FullName;
        }

        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        return System.IO.Directory.CreateDirectory(path, OwnerOnly).FullName;
    }

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Remove(string path)
    {
        try
        {
            System.IO.Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A node that is still ending writes into it. The next run removes it.
        }
    }
}
