using System.Collections.Immutable;
using System.Globalization;
using RedisCluster.Topology;

namespace ClusterInit.Worker.Kubernetes;

/// <summary>
/// What the name of a pod of a StatefulSet says: <c>redis-cluster-3</c> is number 3 of <c>redis-cluster</c>, and
/// <c>redis-cluster-3.nodes</c> is its name behind the headless service <c>nodes</c>.
/// </summary>
internal static class PodNames
{
    /// <summary>The pod behind a host name: its first label. Null where the host is an address.</summary>
    public static string? PodOf(NodeEndpoint node)
    {
        if (System.Net.IPAddress.TryParse(node.Host, out _))
        {
            return null;
        }

        var dot = node.Host.IndexOf('.');
        return dot < 0 ? node.Host : node.Host[..dot];
    }

    /// <summary>Splits <c>redis-cluster-3</c>. False where there is no number.</summary>
    public static bool TrySplit(string pod, out string statefulSet, out int ordinal)
    {
        var dash = pod.LastIndexOf('-');
        (statefulSet, ordinal) = ("", 0);
        if (dash <= 0
            || !int.TryParse(pod.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ordinal)
            || (pod[dash + 1] == '0' && dash + 2 < pod.Length))
        {
            return false;
        }

        statefulSet = pod[..dash];
        return true;
    }

    /// <summary>The StatefulSet whose pods 0, 1, 2, ... the nodes are, in any order; null where they are anything else.</summary>
    public static string? StatefulSetOf(IReadOnlyList<NodeEndpoint> nodes)
    {
        string? name = null;
        var seen = new HashSet<int>();
        foreach (var node in nodes)
        {
            if (PodOf(node) is not { } pod
                || !TrySplit(pod, out var statefulSet, out var ordinal)
                || (name ??= statefulSet) != statefulSet
                || Suffix(node) != Suffix(nodes[0])
                || node.Port != nodes[0].Port
                || node.BusPort != nodes[0].BusPort
                || !seen.Add(ordinal)
                || ordinal >= nodes.Count)
            {
                return null;
            }
        }

        return name;
    }

    /// <summary>The nodes of a StatefulSet that has been scaled: those listed stay as they are, as many as there are replicas.</summary>
    public static ImmutableArray<NodeEndpoint> Scale(IReadOnlyList<NodeEndpoint> listed, string statefulSet, int replicas)
    {
        var first = listed[0];
        return
        [
            .. listed.Where(node => TrySplit(PodOf(node)!, out _, out var ordinal) && ordinal < replicas),
            .. Enumerable.Range(listed.Count, Math.Max(0, replicas - listed.Count))
                .Select(ordinal => first with { Host = string.Create(CultureInfo.InvariantCulture, $"{statefulSet}-{ordinal}{Suffix(first)}") }),
        ];
    }

    private static string Suffix(NodeEndpoint node) => node.Host[PodOf(node)!.Length..];
}
