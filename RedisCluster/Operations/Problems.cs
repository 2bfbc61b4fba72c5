using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Problems of several nodes in one line.</summary>
internal static class Problems
{
    public static string List(IEnumerable<NodeObservation> nodes) =>
        Names.List([.. nodes.Where(node => node.Problem is not null).Select(node => $"{node.Endpoint.ToClientString()} ({node.Problem!.Message})")]);

    /// <summary>What went wrong with one node, without its name.</summary>
    public static NodeProblem Of(RespException error, NodeEndpoint node)
    {
        var kind = error switch
        {
            RespAuthenticationException => NodeProblemKind.AccessDenied,
            RespServerException { Code: "NOPERM" or "NOAUTH" } => NodeProblemKind.AccessDenied,
            RespServerException { Code: "LOADING" or "BUSY" or "MASTERDOWN" } => NodeProblemKind.Unreachable,
            RespServerException or RespProtocolException => NodeProblemKind.Protocol,
            _ => NodeProblemKind.Unreachable,
        };
        return new(kind, error.MessageWithout(node.Host, node.Port)) { ErrorCode = (error as RespServerException)?.Code };
    }
}
