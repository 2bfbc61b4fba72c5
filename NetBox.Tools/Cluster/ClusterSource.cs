using RedisCluster.Operations;
using RedisCluster.Topology;

namespace NetBox.Tools.Cluster;

/// <summary>Observes the cluster; an observation in which no node says anything useful is a failure with a reason.</summary>
internal static class ClusterSource
{
    public static async Task<ClusterObservation> ObserveAsync(ClusterTarget target, CancellationToken cancellationToken)
    {
        var observation = await ClusterObserver.ObserveAsync(target.Seeds, discover: true, target.Settings, cancellationToken).ConfigureAwait(false);
        return Usable(observation);
    }

    /// <exception cref="NetBoxException">No node answers (unreachable), or none is a cluster node (usage).</exception>
    public static ClusterObservation Usable(ClusterObservation observation)
    {
        if (observation.Reachable.Any(n => n.View is not null))
        {
            return observation;
        }

        if (observation.Reachable.FirstOrDefault() is { } plain)
        {
            throw NetBoxException.Usage($"{plain.Endpoint.ToClientString()} answers but is no cluster node (cluster-enabled is no)");
        }

        var refused = observation.Nodes.FirstOrDefault(n => n.Problem?.Kind == NodeProblemKind.AccessDenied);
        var first = refused ?? observation.Nodes[0];
        var others = observation.Nodes.Length - 1;
        throw NetBoxException.Unreachable(
            $"{first.Endpoint.ToClientString()}: {first.Problem!.Message}"
            + (others > 0 ? $"; {Text.Count(others, "other node")} gave no better answer" : string.Empty)
            + (refused is null ? string.Empty : $" (-a PASSWORD or {ClusterTarget.PasswordVariable} sets the password)"));
    }
}
