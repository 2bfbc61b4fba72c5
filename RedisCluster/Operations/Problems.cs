using RedisCluster.Protocol;
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
        var named = $"{node.ToClientString()}: ";
        return new(kind, error.Message.StartsWith(named, StringComparison.Ordinal) ? error.Message[named.Length..] : error.Message)
        {
            ErrorCode = (error as RespServerException)?.Code,
        };
    }
}
