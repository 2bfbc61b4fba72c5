using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.Planning;

/// <summary>What interrupted runs leave, and what no move may start from.</summary>
public sealed class SlotOwnersTests
{
    private static readonly RebalanceRequest Request = new();

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_slot_left_half_way_is_finished(bool migrating, bool importing)
    {
        var map = SlotMap.Even(3) with
        {
            Open = [.. new[] { new OpenMark(0, 5, true, 1), new OpenMark(1, 5, false, 0) }.Where(mark => mark.IsMigrating ? migrating : importing)],
        };
        var move = Assert.IsType<MoveSlots>(Assert.Single(RebalancePlanner.Plan(map.Observe(), Request).Steps));
        Assert.Equal((SlotMap.Id(0), SlotMap.Id(1), "5"), (move.SourceId, move.TargetId, move.Slots.ToString()));
        Assert.Contains("interrupted", move.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Killed_between_the_two_a_slot_has_two_owners_and_is_finished_as_well()
    {
        var map = SlotMap.Even(3) with { Open = [new(0, 5, true, 1)], Claims = [(5, 1)] };
        Assert.Equal("5", Assert.IsType<MoveSlots>(Assert.Single(RebalancePlanner.Plan(map.Observe(), Request).Steps)).Slots.ToString());
    }

    [Fact]
    public void A_master_that_was_being_filled_takes_part_from_then_on_and_what_is_under_way_counts()
    {
        var map = SlotMap.Even(3, empty: 1) with { Open = [new(0, 0, true, 3), new(3, 0, false, 0), new(3, 1, false, 0)] };
        var after = map.After(RebalancePlanner.Plan(map.Observe(), new() { Threshold = 0 }));
        Assert.All(Enumerable.Range(0, 4), master => Assert.Equal(4096, after.Count(master)));
        Assert.Equal(3, after.Owners[0]);
        Assert.Equal(3, after.Owners[1]);

        var resharded = map.After(ReshardPlanner.Plan(map.Observe(), new() { To = "127.0.0.1:7104", Slots = 10 }));
        Assert.Equal(10, resharded.Count(3));
    }

    [Fact]
    public void What_no_single_move_closes_is_for_fix()
    {
        AssertNotWell(SlotMap.Even(3) with { Open = [new(0, 5, true, 1), new(2, 5, false, 0)] });
        AssertNotWell(SlotMap.Even(3) with { Open = [new(1, 5, false, 2)] });
        AssertNotWell(SlotMap.Even(3) with { Open = [new(0, 5, false, 1)] });
        AssertNotWell(SlotMap.Even(3) with { Claims = [(5, 1)] });
        AssertNotWell(SlotMap.Even(3) with { Owners = [-1, .. SlotMap.Even(3).Owners.Skip(1)] });
    }

    [Fact]
    public void A_master_that_does_not_answer_is_named()
    {
        var plan = RebalancePlanner.Plan((SlotMap.Even(3) with { Silent = [1] }).Observe(), Request);
        Assert.Equal((RefusalKind.Unreachable, 7102), (plan.Refusals[0].Kind, plan.Refusals[0].Node!.Port));
    }

    private static void AssertNotWell(SlotMap map)
    {
        var plan = RebalancePlanner.Plan(map.Observe(), Request);
        Assert.Equal(RefusalKind.NotWell, plan.Refusals[0].Kind);
        Assert.Contains("cluster fix", plan.Refusals[0].Message, StringComparison.Ordinal);
    }
}
