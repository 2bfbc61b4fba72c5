using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Judges a cluster by what its nodes said. Pure: the same input gives the same report.</summary>
public static class ClusterChecker
{
    /// <summary>Looks for everything that is wrong or could be better.</summary>
    /// <param name="observation">What the nodes said; all nodes of the cluster should have been asked.</param>
    /// <param name="options">What to go by beyond that; null for the defaults.</param>
    /// <returns>The report.</returns>
    public static CheckReport Check(ClusterObservation observation, CheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(observation);
        options ??= new CheckOptions();
        var cluster = ObservedCluster.Of(observation);
        var findings = AnswerRules.Check(cluster)
            .Concat(AgreementRules.Check(cluster))
            .Concat(MemberRules.Check(cluster))
            .Concat(SlotRules.Check(cluster, options))
            .Concat(OpenSlotRules.Check(cluster))
            .Concat(NodeRules.Check(cluster))
            .Concat(LinkRules.Check(cluster))
            .Concat(ReplicaRules.Check(cluster, options))
            .Concat(PlaceRules.Check(cluster, options))
            .Concat(TimeoutRules.Check(cluster));
        return new CheckReport([.. findings.OrderByDescending(f => f.Severity)], cluster.Summarize());
    }
}
