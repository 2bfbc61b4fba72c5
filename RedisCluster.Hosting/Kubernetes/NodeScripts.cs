namespace RedisCluster.Hosting.Kubernetes;

/// <summary>The scripts a node's container runs, as they lie in <c>Scripts/</c>.</summary>
internal static class NodeScripts
{
    public const string Start = "start.sh";
    public const string Live = "live.sh";
    public const string Ready = "ready.sh";
    public const string Stop = "stop.sh";

    private const string Prefix = "Kubernetes.Scripts.";

    /// <summary>File names and contents.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = typeof(NodeScripts).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .ToDictionary(name => name[Prefix.Length..], Read);

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(NodeScripts).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
