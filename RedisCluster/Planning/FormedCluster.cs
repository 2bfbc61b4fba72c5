using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Recognises a cluster that consists of exactly the requested nodes, in whatever state.</summary>
internal static class FormedCluster
{
    /// <summary>Whether each node that answered knows exactly the requested nodes and an owner of every slot.</summary>
    public static bool IsWhole(MemberSet members)
    {
        var views = members.All.Where(m => m.View is not null).ToList();
        return views.Count > 0
            && members.All.All(m => m.View is not null || !m.IsReachable)
            && views.All(m => KnowsExactly(m.View!, members) && m.View!.CoveredSlots().Count == HashSlot.Count);
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

    private static bool KnowsExactly(ClusterView view, MemberSet members)
    {
        var known = view.Nodes.Where(n => !n.IsHandshake).ToList();
        if (known.Count != members.All.Length)
        {
            return false;
        }

        // Whoever is known and did not answer has to be one of the requested nodes that did not answer.
        var silent = members.All.Where(m => !m.IsReachable).ToList();
        foreach (var node in known)
        {
            if (members.Find(node.Id) is not null)
            {
                continue;
            }

            var index = silent.FindIndex(m => m.MayBeAt(node.Address));
            if (index < 0)
            {
                // A name and an address cannot be compared; two addresses can.
                index = silent.FindIndex(m => !IsAddress(m.Endpoint.Host) || !IsAddress(node.Address.Ip));
            }

            if (index < 0)
            {
                return false;
            }

            silent.RemoveAt(index);
        }

        return true;
    }

    private static bool IsAddress(string host) => System.Net.IPAddress.TryParse(host, out _);
}
