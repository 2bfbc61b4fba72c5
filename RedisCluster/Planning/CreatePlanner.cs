using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Decides what turns the observed nodes into the cluster asked for. Pure: the same input gives the same plan.</summary>
public static class CreatePlanner
{
    /// <summary>Plans the creation of a cluster, or what is left of one that was interrupted.</summary>
    /// <param name="observation">What the requested nodes said, in any order; entries for other nodes are ignored.</param>
    /// <param name="request">The cluster asked for.</param>
    /// <returns>Steps, nothing to do, or a refusal. Never throws for what nodes or users say.</returns>
    public static CreatePlan Plan(ClusterObservation observation, CreateRequest request) => throw new NotImplementedException();
}
