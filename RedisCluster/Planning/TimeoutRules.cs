using System.Globalization;

namespace RedisCluster.Planning;

/// <summary>Node timeouts that are not what they should be.</summary>
internal static class TimeoutRules
{
    public static IEnumerable<Finding> Check(ObservedCluster cluster)
    {
        var known = cluster.Views.Where(v => v.NodeTimeout is not null).ToList();
        var lowered = known.Where(v => v.NodeTimeout == CreateRequest.DefaultFormingNodeTimeout).ToList();
        foreach (var node in lowered)
        {
            yield return new Finding(
                Severity.Warning,
                FindingCodes.NodeTimeoutLowered,
                $"{node.Endpoint.ToClientString()} still has the node timeout of a creation that was interrupted: run it again.",
                node.Endpoint);
        }

        var timeouts = known.Except(lowered).Select(v => v.NodeTimeout!.Value.TotalMilliseconds).Distinct().Order().ToList();
        if (timeouts.Count > 1)
        {
            yield return new Finding(
                Severity.Warning,
                FindingCodes.NodeTimeoutsDiffer,
                $"Nodes have different node timeouts: {string.Join(", ", timeouts.Select(t => t.ToString("0 ms", CultureInfo.InvariantCulture)))}.");
        }
    }
}
