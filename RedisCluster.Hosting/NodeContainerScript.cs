using System.Text;
using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;

namespace RedisCluster.Hosting;

/// <summary>
/// How a node is started as a container: <c>/bin/sh -c</c> with a script without any quote or ampersand. Publishing tools put it
/// into single-quoted YAML and through templates that escape such characters, and substitute expressions in variables only.
/// </summary>
internal static partial class NodeContainerScript
{
    // aspirate keeps variables out of the ConfigMap, where anybody may read them, by the beginning of their name alone.
    private const string PublishedPasswordVariable = "ConnectionStrings__password";
    private const string LocalPasswordVariable = "REDIS_PASSWORD";
    private const string NameVariable = "REDIS_NODE_NAME";

    /// <summary>The variables the script reads.</summary>
    public static void AddVariables(RedisClusterNodeContainer node, bool isRunMode, IDictionary<string, object> variables)
    {
        variables[PasswordVariable(isRunMode)] = node.Cluster.PasswordParameter;
        if (!isRunMode)
        {
            variables[NameVariable] = node.Name;
        }

        Of(node, isRunMode, variables);
    }

    /// <param name="node">The node.</param>
    /// <param name="isRunMode">Whether it runs here, reached as localhost, or in a cluster, where its service's name outlives its address.</param>
    /// <param name="variables">Gets the words that cannot stand in the script.</param>
    public static string Of(RedisClusterNodeContainer node, bool isRunMode, IDictionary<string, object>? variables = null)
    {
        var script = new StringBuilder();
        if (isRunMode)
        {
            script.Append("set -- $(hostname -i); ");
        }

        // No splitting and no globbing from here on: a variable is one word without quotes.
        script.Append("set -f; IFS=; exec redis-server");
        Append(script, "port", $"{TargetPort(node, RedisClusterResource.PrimaryEndpointName)}");
        Append(script, "cluster-port", $"{TargetPort(node, RedisClusterResource.BusEndpointName)}");
        Append(script, "dir", "/data");
        if (isRunMode)
        {
            // The others reach the node by its address in the container network, clients on this machine by the published port.
            Append(script, "cluster-announce-ip", "$1");
            Append(script, "cluster-announce-hostname", "localhost");
            Append(script, "cluster-preferred-endpoint-type", "hostname");
        }
        else
        {
            Append(script, "cluster-announce-ip", $"${NameVariable}");
        }

        foreach (var option in RedisServerOptions.Of(node.Cluster.Settings, isRunMode))
        {
            Append(script, option.Key, [.. option.Words.Select((word, i) => Word(option.Key, i, word, variables))]);
        }

        Append(script, "requirepass", $"${PasswordVariable(isRunMode)}");
        Append(script, "masterauth", $"${PasswordVariable(isRunMode)}");
        return script.ToString();
    }

    private static string PasswordVariable(bool isRunMode) => isRunMode ? LocalPasswordVariable : PublishedPasswordVariable;

    private static string Word(string key, int index, string word, IDictionary<string, object>? variables)
    {
        if (PlainWord().IsMatch(word))
        {
            return word;
        }

        var variable = $"REDIS_{key.ToUpperInvariant().Replace('-', '_')}_{index}";
        variables?.TryAdd(variable, word);
        return "$" + variable;
    }

    private static void Append(StringBuilder script, string key, params string[] words) =>
        script.Append(" --").Append(key).Append(' ').AppendJoin(' ', words);

    private static int? TargetPort(RedisClusterNodeContainer node, string endpoint) =>
        node.Annotations.OfType<EndpointAnnotation>().Single(e => e.Name == endpoint).TargetPort;

    [GeneratedRegex(@"^[A-Za-z0-9_./:%+-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex PlainWord();
}
