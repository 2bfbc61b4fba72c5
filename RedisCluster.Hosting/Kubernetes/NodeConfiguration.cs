using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace RedisCluster.Hosting.Kubernetes;

/// <summary>The <c>redis.conf</c> of every node. What differs from pod to pod and the password come on top of it when a node starts.</summary>
internal static partial class NodeConfiguration
{
    public const string FileName = "redis.conf";

    public const string DataPath = "/data";

    public static string Of(ClusterPart cluster)
    {
        var settings = cluster.Resource.Settings;
        List<RedisServerOption> options =
        [
            new("port", PodParts.Text(ClusterPart.Port)),
            new("cluster-port", PodParts.Text(ClusterPart.BusPort)),
            new("dir", DataPath),
            .. RedisServerOptions.Of(settings, isRunMode: false)
                .Select(option => option.Key == "cluster-config-file" ? new(option.Key, $"{DataPath}/nodes.conf") : option),
            // Names outlive the addresses of pods.
            new("cluster-preferred-endpoint-type", "hostname"),
        ];
        if (cluster.Options.Resources.MemoryLimit is { } limit && !settings.Config.Any(pair => string.Equals(pair.Key, "maxmemory", StringComparison.OrdinalIgnoreCase)))
        {
            // The rest is for buffers and for the copy that a background save makes of what is written meanwhile.
            options.Add(new("maxmemory", (KubernetesOptionRules.ValueOf(limit) / 4 * 3).ToString(CultureInfo.InvariantCulture)));
        }

        var text = new StringBuilder();
        foreach (var option in options)
        {
            text.Append(option.Key).Append(' ').AppendJoin(' ', option.Words.Select(Word)).Append('\n');
        }

        return text.ToString();
    }

    private static string Word(string word) => PlainWord().IsMatch(word) ? word : NodeProcessArguments.Quote(word);

    [GeneratedRegex(@"^[A-Za-z0-9_./:%+-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex PlainWord();
}
