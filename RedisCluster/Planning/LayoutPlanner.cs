using System.Collections.Immutable;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Who becomes what, in numbers of nodes and shards.</summary>
/// <param name="Masters">The master of each shard.</param>
/// <param name="ShardOf">For each node the shard it is a replica of; -1 for masters.</param>
internal sealed record Roles(int[] Masters, int[] ShardOf);

/// <summary>Decides who becomes master of which slots and who replicates whom, keeping the roles that are taken already.</summary>
internal sealed class LayoutPlanner
{
    private const int None = -1;

    private readonly CreateRequest _request;
    private readonly MemberSet _members;
    private readonly NodePlaces _places;
    private readonly ImmutableArray<int> _order;
    private readonly ImmutableArray<SlotRange> _ranges;

    private LayoutPlanner(CreateRequest request, MemberSet members)
    {
        _request = request;
        _members = members;
        _places = NodePlaces.Of(request);
        _order = _places.Interleave();
        _ranges = SlotAllocation.Divide(CreateRequestRules.Shards(request));
    }

    /// <summary>The layout, or the reason why the roles and slots that are taken fit none.</summary>
    public static (ClusterLayout? Layout, Refusal? Refusal) Plan(CreateRequest request, MemberSet members)
    {
        var planner = new LayoutPlanner(request, members);
        var roles = planner.Assign(Unset(planner._ranges.Length), Unset(members.All.Length));
        if (planner.Fits(roles))
        {
            return (planner.Write(roles), null);
        }

        var (adapted, refusal) = planner.Adapt();
        return adapted is null ? (null, refusal) : (planner.Write(adapted), null);
    }

    private static int[] Unset(int length)
    {
        var values = new int[length];
        Array.Fill(values, None);
        return values;
    }

    /// <param name="masterOf">For each shard the node that is its master already, or -1.</param>
    /// <param name="replicaOf">For each node the shard it is a replica of already, or -1.</param>
    private Roles Assign(int[] masterOf, int[] replicaOf)
    {
        var masters = (int[])masterOf.Clone();
        var isTaken = new bool[_members.All.Length];
        for (var node = 0; node < isTaken.Length; node++)
        {
            isTaken[node] = replicaOf[node] != None;
        }

        foreach (var master in masters)
        {
            if (master != None)
            {
                isTaken[master] = true;
            }
        }

        // First everyone who can have the shard a fresh start would give him, then whoever comes next.
        for (var shard = 0; shard < masters.Length; shard++)
        {
            if (masters[shard] == None && !isTaken[_order[shard]])
            {
                masters[shard] = _order[shard];
                isTaken[_order[shard]] = true;
            }
        }

        var next = new Queue<int>(_order.Where(n => !isTaken[n]));
        for (var shard = 0; shard < masters.Length; shard++)
        {
            masters[shard] = masters[shard] == None ? next.Dequeue() : masters[shard];
        }

        return new Roles(masters, ReplicaAssignment.Assign(_places, masters, replicaOf, next, _request.ReplicasPerShard));
    }

    private bool Fits(Roles roles)
    {
        var shardOfMaster = new Dictionary<int, int>();
        for (var shard = 0; shard < roles.Masters.Length; shard++)
        {
            shardOfMaster[roles.Masters[shard]] = shard;
        }

        foreach (var member in _members.All)
        {
            if (member.MasterId is { } masterId
                && (roles.ShardOf[member.Index] == None || _members.Find(masterId)?.Index != roles.Masters[roles.ShardOf[member.Index]]))
            {
                return false;
            }

            if (!member.Slots.IsEmpty
                && (!shardOfMaster.TryGetValue(member.Index, out var shard) || !member.Slots.IsSubsetOf(SlotSet.Of(_ranges[shard]))))
            {
                return false;
            }
        }

        return true;
    }

    private (Roles? Roles, Refusal? Refusal) Adapt()
    {
        var masterOf = Unset(_ranges.Length);
        var shardOf = Unset(_members.All.Length);
        foreach (var member in _members.All.Where(m => !m.Slots.IsEmpty))
        {
            var shard = ShardOf(member.Slots);
            if (shard == None)
            {
                return Refuse(member, $"owns slots {member.Slots}, which is not how {_ranges.Length} masters would share them");
            }

            if (masterOf[shard] != None)
            {
                return Refuse(member, $"and {_members.All[masterOf[shard]].Name} both own slots of {_ranges[shard]}");
            }

            masterOf[shard] = member.Index;
            shardOf[member.Index] = shard;
        }

        var replicas = _members.All.Where(m => m.MasterId is not null).ToList();
        foreach (var replica in replicas)
        {
            var master = _members.Find(replica.MasterId!.Value);
            if (master is null || master.MasterId is not null)
            {
                return Refuse(replica, $"replicates {replica.MasterId.Value.ToShortString()}, which is no master among the nodes given");
            }

            if (shardOf[master.Index] == None)
            {
                var free = Array.IndexOf(masterOf, None);
                if (free == None)
                {
                    return Refuse(replica, $"replicates {master.Name}, but {_ranges.Length} other nodes are masters with slots");
                }

                masterOf[free] = master.Index;
                shardOf[master.Index] = free;
            }
        }

        var replicaOf = Unset(_members.All.Length);
        foreach (var replica in replicas)
        {
            replicaOf[replica.Index] = shardOf[_members.Find(replica.MasterId!.Value)!.Index];
        }

        var missing = masterOf.Count(m => m == None);
        var available = _members.All.Length - replicas.Count - (_ranges.Length - missing);
        return available < missing
            ? Refuse(replicas[0], $"is one of {replicas.Count} replicas, which leaves too few nodes for {_ranges.Length} masters")
            : (Assign(masterOf, replicaOf), null);
    }

    private int ShardOf(SlotSet slots)
    {
        var first = slots.First();
        for (var shard = 0; shard < _ranges.Length; shard++)
        {
            if (_ranges[shard].Contains(first))
            {
                return slots.IsSubsetOf(SlotSet.Of(_ranges[shard])) ? shard : None;
            }
        }

        return None;
    }

    private static (Roles?, Refusal?) Refuse(Member member, string what) =>
        (null, new Refusal(
            RefusalKind.ForeignLayout,
            member.Endpoint,
            $"{member.Name} {what}: this is not a creation of the same cluster that was interrupted. Nothing was touched; give fresh nodes, or the numbers it was created with."));

    private ClusterLayout Write(Roles roles)
    {
        var replicas = new List<NodeEndpoint>[_ranges.Length];
        foreach (var node in _order)
        {
            if (roles.ShardOf[node] != None)
            {
                (replicas[roles.ShardOf[node]] ??= []).Add(_members.All[node].Endpoint);
            }
        }

        return new ClusterLayout(
            [.. _ranges.Select((range, shard) => new ShardLayout(_members.All[roles.Masters[shard]].Endpoint, range, [.. replicas[shard] ?? []]))],
            ReplicaAssignment.Score(_places, roles.Masters, roles.ShardOf));
    }
}
