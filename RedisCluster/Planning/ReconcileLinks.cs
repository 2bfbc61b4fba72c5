using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>
/// Replicas that follow an address their master has left. A server that hears of its master's new address by gossip takes it into its list
/// of nodes but goes on replicating from the old one; told once more whom to follow, it takes the new one.
/// </summary>
internal static class ReconcileLinks
{
    /// <summary>A server that notices by itself does so at once.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);

    public static ReconcileDecision? Decide(ReconcileSituation situation)
    {
        List<PlanStep> steps = [];
        foreach (var member in situation.Members)
        {
            if (member.Observation!.Replication is { Role: ReplicationRole.Replica, IsMasterLinkUp: false } link
                && member.MasterId is { } id
                && situation.Cluster.Find(id) is { View.Myself.IsMaster: true } master
                && member.View!.Find(id) is { IsLinkConnected: true, Address: { IsKnown: true } known }
                && !(link.MasterPort == known.Port && (Same(link.MasterHost, known.Ip) || Same(link.MasterHost, known.Hostname)))
                && situation.Watch.HasLasted($"link {member.Id}", Moment))
            {
                steps.Add(new Replicate(member.Endpoint, master.Endpoint, id, $"it still replicates from {link.MasterHost}:{link.MasterPort}, where its master was before"));
            }
        }

        return steps.Count == 0 ? null : new(
            ReconcileKind.Relink,
            $"replicas follow an address that their master has left: {Names.List([.. steps.Select(step => step.Actor()!.ToClientString())])}",
            new ClusterPlan { Operation = "relink", Phases = [new("replicate", [.. steps])] });
    }

    private static bool Same(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
