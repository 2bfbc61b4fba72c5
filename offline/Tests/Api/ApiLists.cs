using System.Reflection;
using System.Runtime.CompilerServices;

namespace Offline.Tests.Api;

/// <summary>The lists in offline/api, and the assemblies they are compared with.</summary>
internal static class ApiLists
{
    public static readonly string[] Assemblies = ["Aspire.Hosting", "Aspire.Hosting.AppHost", "Aspire.Hosting.Redis", "Aspire.Hosting.Testing", "Aspire.StackExchange.Redis"];

    public static string Folder => Path.Combine(RepositoryRoot, "offline", "api");

    public static string RepositoryRoot { get; } = Find(AppContext.BaseDirectory) ?? Find(Path.GetDirectoryName(ThisFile())!) ?? throw new InvalidOperationException("This is not run from a checkout.");

    public static string FileOf(string assembly) => Path.Combine(Folder, $"{assembly}.txt");

    public static IReadOnlyList<string> Listed(string assembly) => [.. File.ReadLines(FileOf(assembly)).Where(l => l.Length > 0 && l[0] != '#')];

    /// <summary>Reads an assembly without loading it for execution: the real ones may be beside stand-ins of the same name.</summary>
    public static T Read<T>(string folder, string assembly, Func<Assembly, T> read)
    {
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var own = Directory.GetFiles(folder, "*.dll");
        HashSet<string> names = [.. own.Select(f => Path.GetFileName(f)!)];
        using var context = new MetadataLoadContext(new PathAssemblyResolver([.. own, .. platform.Where(f => !names.Contains(Path.GetFileName(f)))]));
        return read(context.LoadFromAssemblyPath(Path.Combine(folder, $"{assembly}.dll")));
    }

    private static string? Find(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "RedisClusterAspire.sln")))
            {
                return at.FullName;
            }
        }

        return null;
    }

    // The build may put its output outside of the checkout.
    private static string ThisFile([CallerFilePath] string path = "") => path;
}
