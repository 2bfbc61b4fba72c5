using NetBox.Tools.Cluster;
using NetBox.Tools.Reports;
using RedisCluster.Topology;

namespace NetBox.Tools.Topology;

/// <summary>What changed between two pictures of one cluster, the nearest cause first.</summary>
internal static class TopologyChanges
{
    public static IReadOnlyList<TopologyChange> Between(ClusterPicture before, ClusterPicture after) => [.. new Comparison(before, after).All()];

    private sealed class Comparison(ClusterPicture before, ClusterPicture after)
    {
        private readonly Dictionary<string, NodePicture> _before = ById(before);
        private readonly Dictionary<string, NodePicture> _after = ById(after);
        private readonly Dictionary<string, SlotSet> _slotsBefore = SlotsById(before);
        private readonly Dictionary<string, SlotSet> _slotsAfter = SlotsById(after);

        public IEnumerable<TopologyChange> All()
        {
            var both = _after.Values.Where(node => _before.ContainsKey(node.Id!)).Select(node => (Was: _before[node.Id!], Is: node)).ToList();
            return
            [
                .. both.SelectMany(node => Answers(node.Was, node.Is)),
                .. both.SelectMany(node => Health(node.Was, node.Is)),
                .. both.SelectMany(node => Role(node.Was, node.Is)),
                .. _after.Values.Where(node => !_before.ContainsKey(node.Id!)).Select(node => Change(
                    ChangeKinds.NodeJoined, node, $"joined as {(node.MasterId is { } master ? $"a replica of {NameOf(master)}" : $"a {node.Role}")}")),
                .. _before.Values.Where(node => !_after.ContainsKey(node.Id!)).Select(node => Change(ChangeKinds.NodeLeft, node, "left the cluster")),
                .. Slots(),
                .. both.SelectMany(node => Link(node.Was, node.Is)),
                .. before.State == after.State
                    ? (IEnumerable<TopologyChange>)[]
                    : [new(after.TakenAt, ChangeKinds.State, null, $"cluster state: {after.State}, before {before.State}")],
            ];
        }

        private IEnumerable<TopologyChange> Answers(NodePicture was, NodePicture now)
        {
            if ((was.Problem is null) != (now.Problem is null))
            {
                yield return now.Problem is { } problem
                    ? Change(ChangeKinds.NodeLost, now, $"does not answer: {problem}")
                    : Change(ChangeKinds.NodeBack, now, "answers again");
            }
        }

        private IEnumerable<TopologyChange> Health(NodePicture was, NodePicture now)
        {
            if (was.IsFailed() != now.IsFailed())
            {
                yield return now.IsFailed()
                    ? Change(ChangeKinds.NodeFailed, now, "is held to be down by the cluster")
                    : Change(ChangeKinds.NodeRecovered, now, "is no longer held to be down");
            }
        }

        private IEnumerable<TopologyChange> Role(NodePicture was, NodePicture now)
        {
            if (was.MasterId == now.MasterId || Roles.Unknown == was.Role || Roles.Unknown == now.Role)
            {
                yield break;
            }

            if (now.MasterId is not { } master)
            {
                var taken = TakenOver(was, now);
                yield return taken.IsEmpty
                    ? Change(ChangeKinds.MasterChanged, now, $"is a master now, before a replica of {NameOf(was.MasterId!)}")
                    : Change(ChangeKinds.MasterChanged, now, $"took over from {NameOf(was.MasterId!)}: slots {taken}");
            }
            else if (was.MasterId is null)
            {
                yield return Change(ChangeKinds.Demoted, now, $"is a replica of {NameOf(master)} now, before a master");
            }
            else
            {
                yield return Change(ChangeKinds.ReplicaMoved, now, $"is a replica of {NameOf(master)} now, before of {NameOf(was.MasterId)}");
            }
        }

        private IEnumerable<TopologyChange> Link(NodePicture was, NodePicture now)
        {
            // What a node does not say is no change, and a link that was never up did not go down.
            if (was.Replication?.Link is { } before && now.Replication?.Link is { } link && before != link && was.MasterId == now.MasterId)
            {
                yield return Change(ChangeKinds.ReplicaLink, now, $"says that its link to its master is {link}, before {before}");
            }
        }

        private IEnumerable<TopologyChange> Slots()
        {
            var froms = _slotsBefore.Append(new(string.Empty, Unowned(_slotsBefore)));
            var tos = _slotsAfter.Append(new(string.Empty, Unowned(_slotsAfter))).ToList();
            foreach (var (from, had) in froms)
            {
                foreach (var (to, has) in tos.Where(to => to.Key != from && to.Value.Overlaps(had)))
                {
                    if (IsTakeOver(from, to))
                    {
                        continue;
                    }

                    var slots = had.Intersect(has);
                    var what = $"{Text.Count(slots.Count, "slot")} ({slots})";
                    yield return from.Length == 0 ? Change(ChangeKinds.SlotsMoved, _after[to], $"owns {what} that had no owner")
                        : to.Length == 0 ? new(after.TakenAt, ChangeKinds.SlotsMoved, Address(from), $"{what} of {NameOf(from)} have no owner any more")
                        : Change(ChangeKinds.SlotsMoved, _after[to], $"owns {what} of {NameOf(from)} now");
                }
            }
        }

        private SlotSet TakenOver(NodePicture was, NodePicture now) =>
            _slotsBefore.GetValueOrDefault(was.MasterId!, SlotSet.Empty).Intersect(_slotsAfter.GetValueOrDefault(now.Id!, SlotSet.Empty));

        private bool IsTakeOver(string from, string to) =>
            _before.GetValueOrDefault(to) is { } was && was.MasterId == from && _after.GetValueOrDefault(to) is { MasterId: null };

        private TopologyChange Change(string kind, NodePicture node, string text) => new(after.TakenAt, kind, node.Address, $"{node.Address} {text}");

        private string NameOf(string id) => Address(id) ?? id[..8];

        private string? Address(string id) => (_after.GetValueOrDefault(id) ?? _before.GetValueOrDefault(id))?.Address;

        private static Dictionary<string, NodePicture> ById(ClusterPicture picture) =>
            picture.AllNodes().Where(node => node.Id is not null && node.State != States.Joining).DistinctBy(node => node.Id).ToDictionary(node => node.Id!);

        private static Dictionary<string, SlotSet> SlotsById(ClusterPicture picture) => picture.Shards
            .Where(shard => shard.Master.Id is not null)
            .DistinctBy(shard => shard.Master.Id)
            .ToDictionary(shard => shard.Master.Id!, shard => SlotSet.Of([.. shard.Slots.Select(span => new SlotRange(span.First, span.Last))]));

        private static SlotSet Unowned(Dictionary<string, SlotSet> owners) => owners.Values.Aggregate(SlotSet.Empty, (all, slots) => all.Union(slots)).Complement();
    }
}
