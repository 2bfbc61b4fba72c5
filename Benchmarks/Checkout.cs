namespace RedisClusterAspire.Benchmarks;

/// <summary>Where this checkout is: the benchmarks run what was built in it.</summary>
internal static class Checkout
{
    public static string Root => Find();

    public static string Built(string project, string file) =>
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", project, "release", file)) is var path && File.Exists(path)
            ? path
            : throw new InvalidOperationException($"{path} is missing: dotnet build -c Release makes it.");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RedisClusterAspire.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("Run the benchmarks from a checkout: RedisClusterAspire.sln is in no folder above this program.");
    }
}
