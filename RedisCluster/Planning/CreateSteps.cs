using System.Collections.Immutable;
using System.Globalization;
using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>Writes the steps from what is there to the layout wanted.</summary>
internal sealed class CreateSteps(CreateRequest request, MemberSet members, ClusterLayout layout)
{
    /// <summary>Up to here everyone is told to meet everyone; above, a few nodes introduce the others and gossip does the rest.</summary>
    private const int LargestMesh = 64;

    private const int Introducers = 8;

    private readonly NodeTimeouts _timeouts = new(request, members);
    private readonly Dictionary<NodeEndpoint, Member> _byEndpoint = members.All.ToDictionary(m => m.Endpoint);

    /// <summary>The phases of forming; none when the nodes are in the wanted state already.</summary>
    public ImmutableArray<PlanPhase> Write()
    {
        List<PlanStep> assign = [.. Assign()];
        List<PlanStep> meet = [.. MeetAll()];
        List<PlanStep> replicate = [.. ReplicateAll()];
        // A lowered timeout is what is left of a run that was killed after its last change but before it had seen the result.
        if (assign.Count + meet.Count + replicate.Count == 0 && !members.All.Any(_timeouts.IsLowered))
        {
            return [];
        }

        var all = request.Nodes;
        ImmutableArray<NodeEndpoint> replicas = [.. layout.Shards.SelectMany(s => s.Replicas)];
        return
        [
            .. Phase("prepare", Lower()),
            .. Phase("assign", assign),
            .. Phase("meet", meet),
            .. Phase("replicate", replicate),
            .. Phase("agree", [new AwaitAgreement(all, "a cluster is formed when every node says so")]),
            .. Phase("restore", Restore()),
            .. Phase("sync", replicas.IsEmpty ? [] : [new AwaitReplicas(replicas, "a replica without the data protects nothing")
            {
                EmptyMasters = [.. layout.Shards.Where(s => !s.Replicas.IsEmpty && _byEndpoint[s.Master].Observation!.KeyCount == 0).Select(s => s.Master)],
            }]),
            .. Phase("probe", [new ProbeWrites(
                [.. layout.Shards.Select(s => new WriteProbe(s.Master, s.Slots.First))],
                "the cluster is usable when each shard accepts a write")]),
        ];
    }

    /// <summary>What is left to do on a formed cluster: put back timeouts an earlier run lowered.</summary>
    public static ImmutableArray<PlanPhase> WriteRestoreOnly(CreateRequest request, MemberSet members)
    {
        var timeouts = new NodeTimeouts(request, members);
        return
        [
            .. Phase("restore", members.All
                .Where(m => m.IsReachable && timeouts.IsLowered(m) && timeouts.Final(m) != m.Observation!.NodeTimeout)
                .Select(m => new RestoreNodeTimeout(m.Endpoint, timeouts.Final(m)!.Value, "an interrupted run had lowered it"))),
        ];
    }

    private static IEnumerable<PlanPhase> Phase(string name, IEnumerable<PlanStep> steps)
    {
        ImmutableArray<PlanStep> all = [.. steps];
        return all.IsEmpty ? [] : [new PlanPhase(name, all)];
    }

    private IEnumerable<PlanStep> Lower()
    {
        foreach (var member in members.All)
        {
            if (_timeouts.Lowered(member) is { } timeout)
            {
                yield return new LowerNodeTimeout(
                    member.Endpoint, timeout, member.Observation!.NodeTimeout!.Value, "a master without a majority stays in state fail for up to this long");
            }
        }
    }

    private IEnumerable<PlanStep> Restore()
    {
        foreach (var member in members.All)
        {
            if (_timeouts.Final(member) is { } final && (_timeouts.Lowered(member) is not null || final != member.Observation?.NodeTimeout))
            {
                yield return new RestoreNodeTimeout(
                    member.Endpoint, final, request.NodeTimeout is null ? "it was lowered only to form the cluster" : "it is the timeout asked for");
            }
        }
    }

    private IEnumerable<PlanStep> Assign()
    {
        var epochs = Epochs();
        for (var shard = 0; shard < layout.Shards.Length; shard++)
        {
            var (master, range, replicas) = layout.Shards[shard];
            var missing = SlotSet.Of(range).Except(_byEndpoint[master].Slots);
            if (!missing.IsEmpty)
            {
                yield return new AddSlots(
                    master, missing, string.Create(CultureInfo.InvariantCulture, $"it is the master of shard {shard + 1} of {layout.Shards.Length}"));
            }

            foreach (var node in (NodeEndpoint[])[master, .. replicas])
            {
                if (epochs.TryGetValue(node, out var epoch))
                {
                    yield return new SetConfigEpoch(node, epoch, "distinct epochs spare the nodes a conflict when they meet");
                }
            }
        }
    }

    private Dictionary<NodeEndpoint, long> Epochs()
    {
        var taken = members.All.Select(m => m.View!.Myself.ConfigEpoch).Where(e => e > 0).ToHashSet();
        var epochs = new Dictionary<NodeEndpoint, long>();
        var number = 0L;
        var spare = Math.Max(members.All.Length, taken.Count == 0 ? 0 : taken.Max());
        foreach (var node in layout.Shards.Select(s => s.Master).Concat(layout.Shards.SelectMany(s => s.Replicas)))
        {
            number++;
            var view = _byEndpoint[node].View!;
            // A server refuses to set the epoch of a node that has one or knows others.
            if (view.Myself.ConfigEpoch == 0 && view.Nodes.Length == 1)
            {
                epochs[node] = taken.Contains(number) ? ++spare : number;
            }
        }

        return epochs;
    }

    private IEnumerable<PlanStep> MeetAll()
    {
        var mesh = members.All.Length <= LargestMesh;
        var order = layout.Shards.Select(s => s.Master).Concat(layout.Shards.SelectMany(s => s.Replicas)).Select(e => _byEndpoint[e]).ToList();
        for (var i = 0; i < order.Count; i++)
        {
            for (var j = 0; j < order.Count; j++)
            {
                if (i == j || (!mesh && i >= Introducers && j >= Introducers) || order[i].View!.Find(order[j].Id!.Value) is not null)
                {
                    continue;
                }

                var target = order[j];
                yield return new Meet(
                    order[i].Endpoint, target.Endpoint, target.MeetIp, target.MeetPort, target.MeetBusPort, "it does not know that node yet");
            }
        }
    }

    private IEnumerable<PlanStep> ReplicateAll()
    {
        foreach (var (master, range, replicas) in layout.Shards)
        {
            var masterId = _byEndpoint[master].Id!.Value;
            foreach (var replica in replicas)
            {
                if (_byEndpoint[replica].MasterId != masterId)
                {
                    yield return new Replicate(replica, master, masterId, $"it is to take over slots {range} when their master is lost");
                }
            }
        }
    }
}
