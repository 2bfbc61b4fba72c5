using System.Collections.Immutable;
using RedisCluster.Planning;

namespace RedisCluster.Operations;

/// <summary>A plan's refusals as the failure of an operation.</summary>
internal static class Refusals
{
    public static ClusterException ToException(ImmutableArray<Refusal> refusals)
    {
        var first = refusals[0];
        var more = refusals.Length > 1 ? $" (and {refusals.Length - 1} more of the kind)" : "";
        return new(
            first.Kind switch
            {
                RefusalKind.BadRequest or RefusalKind.NotClusterMode or RefusalKind.Unsupported => ClusterFault.Usage,
                RefusalKind.Unreachable or RefusalKind.AccessDenied => ClusterFault.Unreachable,
                RefusalKind.NotWell => ClusterFault.Faults,
                _ => ClusterFault.Refused,
            },
            first.Message + more);
    }
}
