using System.Security.Cryptography;
using RedisCluster.Planning;

namespace RedisCluster.Operations.Backup;

/// <summary>
/// The folder of a backup. While one is being made a mark lies in it; the manifest comes last, and then the mark goes. So an interrupted
/// backup is known for what it is, and nothing that somebody else put there is ever touched.
/// </summary>
internal sealed class BackupFolder(string path)
{
    private const string Mark = "backup.unfinished";
    private const string PartSuffix = ".part";
    private const int BufferSize = 128 * 1024;

    /// <summary>The full path.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>What the folder holds.</summary>
    /// <exception cref="ClusterException">It cannot be looked at, or is a file.</exception>
    public FolderContent Inspect() => Guard(() =>
    {
        if (File.Exists(Path))
        {
            throw new ClusterException(ClusterFault.Usage, $"{Path} is a file: name a folder");
        }

        string[] names = Directory.Exists(Path) ? [.. Directory.EnumerateFileSystemEntries(Path).Select(entry => System.IO.Path.GetFileName(entry))] : [];
        return names.Length == 0 ? FolderContent.Nothing
            : names.Contains(Mark) && names.All(IsOurs) ? FolderContent.UnfinishedBackup
            : names.Contains(BackupManifest.FileName) ? FolderContent.Backup
            : FolderContent.OtherFiles;
    });

    /// <summary>Makes the folder ready: a mark in it, nothing else.</summary>
    public void Begin() => Guard(() =>
    {
        Directory.CreateDirectory(Path);
        using (Create(Mark))
        {
            // Only that it is there matters.
        }

        foreach (var file in Directory.EnumerateFiles(Path).Where(file => System.IO.Path.GetFileName(file) != Mark && IsOurs(System.IO.Path.GetFileName(file))))
        {
            File.Delete(file);
        }

        return 0;
    });

    /// <summary>The backup is whole.</summary>
    public void End() => Guard(() =>
    {
        File.Delete(In(Mark));
        return 0;
    });

    /// <summary>Opens a file under its name for the time being.</summary>
    public FileStream CreatePart(string name) => Guard(() => Create(name + PartSuffix));

    /// <summary>Gives a file its final name: from now on it is whole.</summary>
    public void Publish(string name) => Guard(() =>
    {
        File.Move(In(name + PartSuffix), In(name), overwrite: true);
        return 0;
    });

    /// <summary>Writes a small file as a whole.</summary>
    public async Task<BackupFile> WriteAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        var stream = CreatePart(name);
        await using (stream.ConfigureAwait(false))
        {
            await GuardAsync(async () =>
            {
                await stream.WriteAsync(content, cancellationToken).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }).ConfigureAwait(false);
        }

        Publish(name);
        return new(name, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    /// <summary>Reads what the backup consists of.</summary>
    /// <exception cref="ClusterException">There is no whole backup, or its manifest cannot be read.</exception>
    public BackupManifest ReadManifest()
    {
        switch (Inspect())
        {
            case FolderContent.UnfinishedBackup:
                throw new ClusterException(ClusterFault.Faults, $"{Path} holds a backup that was interrupted: it cannot be restored; take it again");
            case not FolderContent.Backup:
                throw new ClusterException(ClusterFault.Usage, $"{Path} holds no backup: there is no {BackupManifest.FileName}");
        }

        try
        {
            return BackupManifest.Parse(Guard(() => File.ReadAllBytes(In(BackupManifest.FileName))));
        }
        catch (FormatException error)
        {
            throw new ClusterException(ClusterFault.Faults, $"{In(BackupManifest.FileName)} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads a file to its end and compares it with what the manifest says of it.</summary>
    /// <exception cref="ClusterException">It is missing, or not as it was written.</exception>
    public async Task VerifyAsync(BackupFile file, CancellationToken cancellationToken)
    {
        var path = In(file.Name);
        if (!File.Exists(path))
        {
            throw new ClusterException(ClusterFault.Faults, $"{path} is missing: the backup is not whole, nothing was restored");
        }

        var stream = OpenRead(file.Name);
        await using var _ = stream.ConfigureAwait(false);
        byte[] hash = [];
        await GuardAsync(async () => hash = await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        if (stream.Length != file.Bytes || !Convert.ToHexStringLower(hash).Equals(file.Sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new ClusterException(ClusterFault.Faults, $"{path} is not as it was written ({stream.Length} bytes, {file.Bytes} expected, or other content): nothing was restored");
        }
    }

    public FileStream OpenRead(string name) =>
        Guard(() => new FileStream(In(name), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan));

    /// <summary>What can go wrong with files, in one line.</summary>
    /// <exception cref="ClusterException">Something did.</exception>
    public async Task GuardAsync(Func<Task> access)
    {
        try
        {
            await access().ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failure(error);
        }
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);

    private static bool IsOurs(string name)
    {
        name = name.EndsWith(PartSuffix, StringComparison.Ordinal) ? name[..^PartSuffix.Length] : name;
        return name is Mark or BackupManifest.FileName or BackupManifest.NodesFileName
            || (name.StartsWith("shard-", StringComparison.Ordinal) && name.EndsWith(".rdb", StringComparison.Ordinal));
    }

    // The data of a database is nobody else's business.
    private FileStream Create(string name)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            BufferSize = BufferSize,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new(In(name), options);
    }

    private T Guard<T>(Func<T> access)
    {
        try
        {
            return access();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failure(error);
        }
    }

    private ClusterException Failure(Exception error) =>
        new(ClusterFault.Faults, $"the folder {Path} cannot be used: {error.Message.ReplaceLineEndings(" ")}", error);
}
