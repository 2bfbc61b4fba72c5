using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Recognises a cluster that consists of exactly the requested nodes, in whatever state.</summary>
internal static class FormedCluster
{
    /// <summary>
    /// Whether each node that answered knows an owner of every slot and no stranger, and each silent one is known to the others. That two
    /// nodes have not heard of each other yet is no reason to touch a cluster: gossip sees to it.
    /// </summary>
    public static bool IsWhole(MemberSet members)
    {
        var views = members.All.Where(m => m.View is not null).Select(m => m.View!).ToList();
        var silent = members.All.Where(m => !m.IsReachable).ToList();
        var found = new HashSet<Member>();
        return views.Count > 0
            && views.Count + silent.Count == members.All.Length
            && views.All(v => v.CoveredSlots().Count == HashSlot.Count && KnowsNoStranger(v, members, silent, found))
            && found.Count == silent.Count;
    }

    /// <summary>Whether a replica is still to be attached: a master without slots beside masters that own exactly the planned ranges.</summary>
    public static bool LacksReplicas(MemberSet members, CreateRequest request)
    {
        if (!members.All.Any(m => m.IsEmptyMaster))
        {
            return false;
        }

        var planned = SlotAllocation.Divide(CreateRequestRules.Shards(request)).Select(r => SlotSet.Of(r)).ToHashSet();
        var owned = members.All.Where(m => !m.Slots.IsEmpty).Select(m => m.Slots).ToList();
        return owned.Count == planned.Count && owned.All(planned.Contains);
    }

    private static bool KnowsNoStranger(ClusterView view, MemberSet members, List<Member> silent, HashSet<Member> found)
    {
        // Whoever is known and did not answer has to be one of the requested nodes that did not answer.
        var left = silent.ToList();
        foreach (var node in view.Nodes.Where(n => !n.IsHandshake && members.Find(n.Id) is null))
        {
            // A name and an address cannot be compared; two addresses can.
            var member = left.Find(m => m.MayBeAt(node.Address))
                ?? left.Find(m => !IsAddress(m.Endpoint.Host) || !IsAddress(node.Address.Ip));
            if (member is null)
            {
                return false;
            }

            left.Remove(member);
            found.Add(member);
        }

        return true;
    }

    private static bool IsAddress(string host) => System.Net.IPAddress.TryParse(host, out _);
}
