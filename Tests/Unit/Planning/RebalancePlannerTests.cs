using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.Planning;

public sealed class RebalancePlannerTests
{
    private static readonly RebalanceRequest Exactly = new() { UseEmptyMasters = true, Threshold = 0 };

    [Fact]
    public void A_fourth_shard_gets_a_quarter_of_each()
    {
        var plan = RebalancePlanner.Plan(SlotMap.Even(3, empty: 1).Observe(), new() { UseEmptyMasters = true });
        Assert.Equal(
            """
            move:
              127.0.0.1:7102: move 1366 slots to 127.0.0.1:7104: 5461-6826 (127.0.0.1:7102 has 5462 and shall have 4096, 127.0.0.1:7104 has 0 and shall have 4096)
              127.0.0.1:7101: move 1365 slots to 127.0.0.1:7104: 0-1364 (127.0.0.1:7101 has 5461 and shall have 4096, 127.0.0.1:7104 has 0 and shall have 4096)
              127.0.0.1:7103: move 1365 slots to 127.0.0.1:7104: 10923-12287 (127.0.0.1:7103 has 5461 and shall have 4096, 127.0.0.1:7104 has 0 and shall have 4096)

            """,
            plan.ToString());
    }

    [Fact]
    public void Masters_without_slots_take_no_part_unless_they_shall() =>
        Assert.True(RebalancePlanner.Plan(SlotMap.Even(3, empty: 1).Observe(), new() { Threshold = 0 }).IsEmpty);

    [Property(MaxTest = 100)]
    public Property Every_slot_keeps_one_owner_and_shares_are_their_quotas_rounded() => Prop.ForAll(Cases(9), test =>
    {
        var (map, weights) = test;
        var after = map.After(Plan(map, weights));
        for (var master = 0; master < map.Masters; master++)
        {
            var quota = HashSlot.Count * weights[master] / weights.Sum();
            Assert.True(Math.Abs(after.Count(master) - quota) < 1, $"{master} has {after.Count(master)}, its quota is {quota}");
        }
    });

    [Property(MaxTest = 60)]
    public Property No_other_rounding_moves_fewer_slots() => Prop.ForAll(Cases(6), test =>
    {
        var (map, weights) = test;
        var quotas = weights.Select(weight => HashSlot.Count * weight / weights.Sum()).ToArray();
        var least = Enumerable.Range(0, 1 << map.Masters)
            .Select(up => quotas.Select((quota, i) => (int)Math.Floor(quota + 1e-9) + (up >> i & 1)).ToArray())
            .Where(shares => shares.Sum() == HashSlot.Count && shares.Zip(quotas).All(pair => pair.First - pair.Second < 1 - 1e-9))
            .Min(shares => shares.Select((share, i) => Math.Max(0, map.Count(i) - share)).Sum());
        Assert.Equal(least, Plan(map, weights).Steps.Cast<MoveSlots>().Sum(move => move.Slots.Count));
    });

    [Property(MaxTest = 60)]
    public Property The_plan_is_the_same_in_any_order_of_nodes_and_nothing_is_left_to_do_after_it() => Prop.ForAll(Cases(9), test =>
    {
        var (map, weights) = test;
        var plan = Plan(map, weights);
        Assert.Equal(plan, RebalancePlanner.Plan(map.Observe([.. Enumerable.Range(0, map.Masters).Reverse()]), Request(weights)));
        Assert.True(Plan(map.After(plan), weights).IsEmpty);
        Assert.True(plan.Steps.Count() < map.Masters || plan.IsEmpty);
    });

    [Theory]
    [InlineData(100, 2, false)]
    [InlineData(120, 2, true)]
    [InlineData(120, 2.5, false)]
    [InlineData(2, 0, true)]
    [InlineData(1, 0, false)]
    public void Within_the_threshold_nothing_is_moved(int tooMany, double threshold, bool moves)
    {
        var map = SlotMap.Even(3);
        Array.Fill(map.Owners, 0, 5461, tooMany);
        Assert.Equal(moves, !RebalancePlanner.Plan(map.Observe(), new() { Threshold = threshold }).IsEmpty);
    }

    [Fact]
    public void A_weight_of_zero_empties_a_master_whatever_the_threshold()
    {
        var map = SlotMap.Even(3);
        var after = map.After(RebalancePlanner.Plan(map.Observe(), new() { Threshold = 100, Weights = [new("127.0.0.1:7102", 0)] }));
        Assert.Equal((8192, 0, 8192), (after.Count(0), after.Count(1), after.Count(2)));
    }

    [Theory]
    [InlineData("nobody", 1, "names no node")]
    [InlineData("127.0.0.1:7109", 1, "no node of the cluster is at")]
    [InlineData("127.0.0.1:7101", -1, "must be 0 or more")]
    [InlineData("127.0.0.1:7101", double.NaN, "must be 0 or more")]
    [InlineData("127.0.0.1:7104", 2, "--use-empty-masters")]
    public void What_makes_no_sense_is_refused_in_one_line(string node, double weight, string message)
    {
        var plan = RebalancePlanner.Plan(SlotMap.Even(3, empty: 1).Observe(), new() { Weights = [new(node, weight)] });
        Assert.Equal(RefusalKind.BadRequest, plan.Refusals[0].Kind);
        Assert.Contains(message, plan.Refusals[0].Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', plan.Refusals[0].Message);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(101)]
    [InlineData(double.NaN)]
    public void A_threshold_is_a_percentage(double threshold) =>
        Assert.Equal(RefusalKind.BadRequest, RebalancePlanner.Plan(SlotMap.Even(3).Observe(), new() { Threshold = threshold }).Refusals[0].Kind);

    [Fact]
    public void Somebody_has_to_own_the_slots() =>
        Assert.Contains("weighs 0", RebalancePlanner.Plan(SlotMap.Even(1).Observe(), new() { Weights = [new("127.0.0.1:7101", 0)] }).Refusals[0].Message, StringComparison.Ordinal);

    private static ClusterPlan Plan(SlotMap map, double[] weights)
    {
        var plan = RebalancePlanner.Plan(map.Observe(), Request(weights));
        Assert.Empty(plan.Refusals);
        return plan;
    }

    private static RebalanceRequest Request(double[] weights) => Exactly with
    {
        Weights = [.. weights.Select((weight, i) => new NodeWeight(SlotMap.Id(i).ToString(), weight))],
    };

    // Weights as people give them; at least one is above 0.
    private static Arbitrary<(SlotMap Map, double[] Weights)> Cases(int mostMasters) => Arb.From(
        from map in SlotMap.Any(mostMasters).Generator
        from weights in Gen.ArrayOf(Gen.Elements(0, 0.5, 1.0, 1, 1, 2, 3, 7.25), map.Masters)
        from sure in Gen.Choose(0, map.Masters - 1)
        select (map, weights.Select((weight, i) => i == sure && weight == 0 ? 1 : weight).ToArray()));
}
