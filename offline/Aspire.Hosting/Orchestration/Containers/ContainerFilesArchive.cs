using System.Formats.Tar;
using System.Text;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration.Containers;

/// <summary>The files of WithContainerFiles as the tar archive that "cp -" unpacks in the container.</summary>
internal static class ContainerFilesArchive
{
    private const UnixFileMode DefaultUmask = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private const UnixFileMode AllRead = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private const UnixFileMode AllExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static async Task<MemoryStream> WriteAsync(
        ContainerFileSystemCallbackAnnotation files, IEnumerable<ContainerFileSystemItem> items, CancellationToken cancellationToken)
    {
        var archive = new MemoryStream();
        await using (var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            // Rooted at /, so that the destination need not exist in the image.
            await AddAsync(writer, files, items, files.DestinationPath.Trim('/'), cancellationToken).ConfigureAwait(false);
        }

        archive.Position = 0;
        return archive;
    }

    private static async Task AddAsync(
        TarWriter writer, ContainerFileSystemCallbackAnnotation files, IEnumerable<ContainerFileSystemItem> items, string folder, CancellationToken cancellationToken)
    {
        foreach (var item in items)
        {
            var path = folder.Length == 0 ? item.Name : $"{folder}/{item.Name}";
            var isFolder = item is ContainerDirectory;
            var entry = new PaxTarEntry(isFolder ? TarEntryType.Directory : TarEntryType.RegularFile, path)
            {
                Uid = item.Owner ?? files.DefaultOwner ?? 0,
                Gid = item.Group ?? files.DefaultGroup ?? 0,
                Mode = item.Mode != 0 ? item.Mode : (isFolder ? AllRead | AllExecute : AllRead) & ~(files.Umask ?? DefaultUmask),
            };

            await using var contents = item is ContainerFileBase file ? Open(file) : null;
            if (contents is not null)
            {
                entry.DataStream = contents;
            }

            await writer.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
            if (item is ContainerDirectory directory)
            {
                await AddAsync(writer, files, directory.Entries, path, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static Stream Open(ContainerFileBase file) =>
        file.SourcePath is { } path ? File.OpenRead(path) : new MemoryStream(Encoding.UTF8.GetBytes(file.Contents ?? ""));
}
