using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RedisCluster.Hosting.Kubernetes;

/// <summary>
/// A folder that is written again and again. It remembers what was written: a file that somebody has changed since then, or that
/// was there before, is never overwritten or removed, and any other file in the folder is left alone.
/// </summary>
internal sealed partial class OutputFolder(string path)
{
    /// <summary>The file that tells what was written: paths and SHA-256 sums.</summary>
    public const string MarkerFile = ".redis-cluster-aspire.json";

    private sealed record Marker(SortedDictionary<string, string> Files);

    /// <summary>What is to be done. Nothing is, where there are files in the way.</summary>
    /// <param name="Writes">Files to write, with their text.</param>
    /// <param name="Removals">Files that were written once and are no part of the output any more.</param>
    /// <param name="InTheWay">Files that would be lost.</param>
    public sealed record Plan(IReadOnlyDictionary<string, string> Writes, IReadOnlyList<string> Removals, IReadOnlyList<string> InTheWay);

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <exception cref="IOException">The folder cannot be read.</exception>
    public Plan Look(IReadOnlyDictionary<string, string> files)
    {
        var written = ReadMarker();
        var writes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var inTheWay = new List<string>();
        foreach (var (file, text) in files)
        {
            var there = Sum(file);
            if (there == SumOf(text))
            {
                continue;
            }

            writes[file] = text;
            if (there is not null && there != written.GetValueOrDefault(file))
            {
                inTheWay.Add(file);
            }
        }

        var removals = written.Keys.Where(file => !files.ContainsKey(file) && Sum(file) is not null).ToList();
        inTheWay.AddRange(removals.Where(file => Sum(file) != written[file]));
        return new(writes, removals, inTheWay);
    }

    /// <summary>Carries a plan out. Interrupted, it can be made and carried out again.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public async Task WriteAsync(Plan plan, IReadOnlyDictionary<string, string> files, CancellationToken cancellationToken)
    {
        foreach (var (file, text) in plan.Writes)
        {
            await WriteAsync(file, text, cancellationToken).ConfigureAwait(false);
        }

        foreach (var file in plan.Removals)
        {
            File.Delete(Full(file));
            RemoveEmpty(System.IO.Path.GetDirectoryName(Full(file))!);
        }

        var marker = new Marker(new(files.ToDictionary(file => file.Key, file => SumOf(file.Value)), StringComparer.Ordinal));
        await WriteAsync(MarkerFile, JsonSerializer.Serialize(marker, Json.Default.Marker) + "\n", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a file that only its owner can read, unless there is one. True where it was written.</summary>
    public async Task<bool> WriteOnceAsync(string file, string text, CancellationToken cancellationToken)
    {
        if (File.Exists(Full(file)))
        {
            return false;
        }

        await WriteAsync(file, text, cancellationToken, isSecret: true).ConfigureAwait(false);
        return true;
    }

    private async Task WriteAsync(string file, string text, CancellationToken cancellationToken, bool isSecret = false)
    {
        var full = Full(file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        // A file that is written in part only would pass for one that somebody changed.
        var part = full + ".part";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (isSecret && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var stream = new FileStream(part, options);
        await using (stream.ConfigureAwait(false))
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
        }

        File.Move(part, full, overwrite: true);
    }

    private void RemoveEmpty(string folder)
    {
        while (folder.Length > Path.Length && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
            folder = System.IO.Path.GetDirectoryName(folder)!;
        }
    }

    private SortedDictionary<string, string> ReadMarker()
    {
        var file = Full(MarkerFile);
        if (!File.Exists(file))
        {
            return [];
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), Json.Default.Marker)?.Files ?? [];
        }
        catch (JsonException)
        {
            // Whatever it says, it is no proof that a file is ours.
            return [];
        }
    }

    private string Full(string file) => System.IO.Path.Combine(Path, file);

    private string? Sum(string file) => File.Exists(Full(file)) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Full(file)))) : null;

    private static string SumOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Marker))]
    private sealed partial class Json : JsonSerializerContext;
}
