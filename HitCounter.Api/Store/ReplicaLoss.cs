using RedisCluster.Topology;

namespace HitCounter.Api.Store;

/// <summary>Whether a master that no replica follows may acknowledge on its own.</summary>
internal static class ReplicaLoss
{
    /// <summary>
    /// True where, between the two observations, a majority of the masters (this one included) heard from the master, sees
    /// it as the healthy owner of the slot, and every replica it knows has failed. A failover needs the votes of a majority
    /// that has not heard from the master for the node timeout, so none can begin sooner than that after the first observation.
    /// </summary>
    public static bool IsConfirmed(ClusterObservation before, ClusterObservation now, NodeEndpoint master, int slot)
        => Owner(now, master, slot) is ({ } view, var id)
            && !view.Nodes.Any(node => node.MasterId == id && !node.IsFailed)
            && IsMajority(view, voter => voter.Id == id || HasHeard(before.Find(voter.Id), now.Find(voter.Id), id, slot));

    /// <summary>
    /// True where the master knows no replica at all, not even a failed one, and a majority of the masters sees it as the healthy owner
    /// of the slot: what stands after a failover took the only replica. Nobody can be promoted in its place before it has
    /// joined and copied the master's data, so nothing has to be waited for.
    /// </summary>
    public static bool HasNoReplica(ClusterObservation now, NodeEndpoint master, int slot)
        => Owner(now, master, slot) is ({ } view, var id)
            && now.Find(id)?.Replication is { Role: ReplicationRole.Master, Replicas.IsEmpty: true }
            && !view.Nodes.Any(node => node.MasterId == id)
            && IsMajority(view, voter => voter.Id == id || IsSeenAsOwner(now.Find(voter.Id), id, slot));

    private static (ClusterView? View, NodeId Id) Owner(ClusterObservation now, NodeEndpoint master, int slot)
        => now.Find(master) is { View: { } view, MyId: { } id } && view.Myself.IsMaster && view.Myself.Slots.Contains(slot)
            ? (view, id)
            : (null, default);

    private static bool IsMajority(ClusterView view, Func<ClusterNode, bool> agrees)
    {
        var masters = view.Nodes.Where(node => node.IsMaster && node.Slots.Count > 0).ToList();
        return masters.Count(agrees) * 2 > masters.Count;
    }

    private static bool IsSeenAsOwner(NodeObservation? now, NodeId master, int slot)
        => now?.View?.Find(master) is { IsMaster: true, IsFailed: false, IsPossiblyFailed: false } seen && seen.Slots.Contains(slot);

    // Times are those of the voter's own clock, so they are compared with each other only.
    private static bool HasHeard(NodeObservation? before, NodeObservation? now, NodeId master, int slot)
        => before?.View?.Find(master) is { } earlier
            && IsSeenAsOwner(now, master, slot)
            && now?.View?.Find(master) is { } later
            && later.PongReceived > earlier.PongReceived;
}
