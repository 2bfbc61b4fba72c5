using System.Collections.Immutable;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.Planning;

/// <summary>A slot that one node has open: the mark of CLUSTER NODES.</summary>
internal readonly record struct OpenMark(int At, int Slot, bool IsMigrating, int Peer);

/// <summary>Masters 0 and on at 127.0.0.1:7101 and on, and who owns which slot; -1 is nobody.</summary>
internal sealed record SlotMap(int Masters, int[] Owners)
{
    public IReadOnlyList<OpenMark> Open { get; init; } = [];

    /// <summary>Masters that do not answer.</summary>
    public IReadOnlyList<int> Silent { get; init; } = [];

    /// <summary>Slots that a second master claims as well.</summary>
    public IReadOnlyList<(int Slot, int Claimant)> Claims { get; init; } = [];

    public static NodeEndpoint Endpoint(int master) => new("127.0.0.1", 7101 + master, 17101 + master);

    public static NodeId Id(int master) => NodeId.Parse((master + 1).ToString("x40", CultureInfo.InvariantCulture));

    /// <summary>Even shares, in as few ranges as that takes.</summary>
    public static SlotMap Even(int masters, int empty = 0)
    {
        var owners = new int[HashSlot.Count];
        foreach (var (range, master) in SlotAllocation.Divide(masters).Select((range, i) => (range, i)))
        {
            Array.Fill(owners, master, range.First, range.Count);
        }

        return new SlotMap(masters + empty, owners);
    }

    /// <summary>Any number of masters with any shares, cut at random, some without slots.</summary>
    public static Arbitrary<SlotMap> Any(int mostMasters) => Arb.From(
        from masters in Gen.Choose(1, mostMasters)
        from cuts in Gen.ListOf(Gen.Choose(0, HashSlot.Count - 1))
        from takers in Gen.ListOf(Gen.Choose(0, masters - 1), cuts.Count + 1)
        select Cut(masters, [.. cuts.Order()], [.. takers]));

    public int Count(int master) => Owners.Count(owner => owner == master);

    public ClusterObservation Observe(params int[] order)
    {
        var nodes = order.Length > 0 ? order : [.. Enumerable.Range(0, Masters)];
        return new([.. nodes.Select(Observe)], DateTimeOffset.UnixEpoch);
    }

    /// <summary>What the moves lead to. Fails where one moves a slot that its source does not own then.</summary>
    public SlotMap After(ClusterPlan plan)
    {
        var owners = (int[])Owners.Clone();
        foreach (var move in plan.Steps.Cast<MoveSlots>())
        {
            Assert.False(move.Slots.IsEmpty);
            foreach (var slot in move.Slots)
            {
                Assert.Equal(move.SourceId, Id(owners[slot]));
                owners[slot] = Enumerable.Range(0, Masters).Single(master => Id(master) == move.TargetId);
                Assert.Equal(move.Target, Endpoint(owners[slot]));
            }
        }

        return new SlotMap(Masters, owners);
    }

    private static SlotMap Cut(int masters, int[] cuts, int[] takers)
    {
        var owners = new int[HashSlot.Count];
        var piece = 0;
        for (var slot = 0; slot < owners.Length; slot++)
        {
            while (piece < cuts.Length && cuts[piece] <= slot)
            {
                piece++;
            }

            owners[slot] = takers[piece];
        }

        return new SlotMap(masters, owners);
    }

    private NodeObservation Observe(int asked)
    {
        if (Silent.Contains(asked))
        {
            return new NodeObservation { Endpoint = Endpoint(asked), Problem = new(NodeProblemKind.Unreachable, "connection refused") };
        }

        var lines = Enumerable.Range(0, Masters).Select(master =>
        {
            var slots = SlotSet.Of(Enumerable.Range(0, HashSlot.Count).Where(slot => Owners[slot] == master
                || (master == asked && Claims.Contains((slot, master)))));
            var open = master == asked ? string.Concat(Open.Where(mark => mark.At == master)
                .Select(mark => $" [{mark.Slot}-{(mark.IsMigrating ? '>' : '<')}-{Id(mark.Peer)}]")) : "";
            var ranges = slots.IsEmpty ? "" : $" {slots.ToString().Replace(',', ' ')}";
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{Id(master)} 127.0.0.1:{7101 + master}@{17101 + master} {(master == asked ? "myself," : "")}master - 0 0 {master + 1} connected{ranges}{open}");
        });
        return new NodeObservation
        {
            Endpoint = Endpoint(asked),
            MyId = Id(asked),
            View = ClusterView.Parse(string.Join('\n', lines)),
            IsClusterEnabled = true,
        };
    }
}
