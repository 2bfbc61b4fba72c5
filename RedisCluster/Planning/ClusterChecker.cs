using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Judges a cluster by what its nodes said. Pure: the same input gives the same report.</summary>
public static class ClusterChecker
{
    /// <summary>Looks for everything that is wrong or could be better.</summary>
    /// <param name="observation">What the nodes said; all nodes of the cluster should have been asked.</param>
    /// <returns>The report.</returns>
    public static CheckReport Check(ClusterObservation observation)
    {
        var cluster = ObservedCluster.Of(observation);
        var findings = AnswerRules.Check(cluster)
            .Concat(AgreementRules.Check(cluster))
            .Concat(SlotRules.Check(cluster))
            .Concat(NodeRules.Check(cluster))
            .Concat(ReplicaRules.Check(cluster))
            .Concat(TimeoutRules.Check(cluster));
        return new CheckReport([.. findings.OrderByDescending(f => f.Severity)], cluster.Summarize());
    }
}
