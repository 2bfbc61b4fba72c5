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
    {
        if (now.Find(master) is not { View: { } view, MyId: { } id } || !view.Myself.IsMaster || !view.Myself.Slots.Contains(slot))
        {
            return false;
        }

        if (view.Nodes.Any(node => node.MasterId == id && !node.IsFailed))
        {
            return false;
        }

        var masters = view.Nodes.Where(node => node.IsMaster && node.Slots.Count > 0).ToList();
        var agreeing = masters.Count(voter => voter.Id == id || HasHeard(before.Find(voter.Id), now.Find(voter.Id), id, slot));
        return agreeing * 2 > masters.Count;
    }

    // Times are those of the voter's own clock, so they are compared with each other only.
    private static bool HasHeard(NodeObservation? before, NodeObservation? now, NodeId master, int slot)
        => before?.View?.Find(master) is { } earlier
            && now?.View?.Find(master) is { IsMaster: true, IsFailed: false, IsPossiblyFailed: false } later
            && later.Slots.Contains(slot)
            && later.PongReceived > earlier.PongReceived;
}
