using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Several nodes in one line.</summary>
internal static class Names
{
    private const int Shown = 4;

    public static string List(IEnumerable<NodeObservation> nodes) => List([.. nodes.Select(n => n.Endpoint.ToClientString())]);

    public static string List(IReadOnlyCollection<string> names) => names.Count <= Shown
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(Shown))} and {names.Count - Shown} more";
}
