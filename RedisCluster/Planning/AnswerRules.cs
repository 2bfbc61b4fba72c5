using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Who did not answer, or not as a node of a cluster.</summary>
internal static class AnswerRules
{
    public static IEnumerable<Finding> Check(ObservedCluster cluster)
    {
        if (cluster.Views.IsEmpty)
        {
            yield return new Finding(Severity.Error, FindingCodes.NothingObserved, "No node of a cluster answered.");
        }

        foreach (var node in cluster.All)
        {
            var name = node.Endpoint.ToClientString();
            if (node.Problem is { } problem)
            {
                var (code, what) = problem.Kind switch
                {
                    NodeProblemKind.AccessDenied => (FindingCodes.AccessDenied, "refuses access"),
                    NodeProblemKind.Protocol => (FindingCodes.ProtocolError, "does not answer like a Redis server"),
                    _ => (FindingCodes.Unreachable, "does not answer"),
                };
                yield return new Finding(Severity.Error, code, $"{name} {what}: {problem.Message}", node.Endpoint);
            }
            else if (node.View is null)
            {
                yield return new Finding(Severity.Error, FindingCodes.NotClusterMode, $"{name} does not run in cluster mode.", node.Endpoint);
            }
        }

        foreach (var node in cluster.Nodes)
        {
            var endpoint = cluster.EndpointOf(node);
            if (cluster.Find(node.Id) is null && cluster.All.All(n => n.Endpoint != endpoint))
            {
                yield return new Finding(
                    Severity.Info, FindingCodes.NotAsked, $"{endpoint.ToClientString()} belongs to the cluster and was not asked.", endpoint);
            }
        }
    }
}
