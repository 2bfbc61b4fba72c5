using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Problems of several nodes in one line.</summary>
internal static class Problems
{
    private const int Shown = 4;

    public static string List(IEnumerable<NodeObservation> nodes) =>
        List([.. nodes.Where(node => node.Problem is not null).Select(node => $"{node.Endpoint.ToClientString()} ({node.Problem!.Message})")]);

    public static string List(IReadOnlyCollection<string> entries) => entries.Count <= Shown
        ? string.Join(", ", entries)
        : $"{string.Join(", ", entries.Take(Shown))} and {entries.Count - Shown} more";
}
