using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NetBox.Tools.Drills.Load;

namespace Unit.NetBox.Drills;

public sealed class GapTests
{
    [Fact]
    public void The_longest_gap_that_ended_after_the_fault_is_taken() =>
        Assert.Equal(new Gap(14, 29), Gap.Longest([0, 10, 14, 29, 31], from: 15));

    [Fact]
    public void A_gap_that_was_over_before_the_fault_has_nothing_to_do_with_it() =>
        Assert.Equal(new Gap(100, 103), Gap.Longest([0, 100, 103, 105], from: 101));

    [Fact]
    public void What_comes_after_the_end_of_what_is_looked_at_does_not_count() =>
        Assert.Equal(new Gap(10, 13), Gap.Longest([0, 10, 13, 90], from: 11, until: 20));

    [Fact]
    public void Without_an_acknowledgement_after_the_fault_there_is_no_end_to_it() => Assert.Null(Gap.Longest([1, 2, 3], from: 3));

    [Property(MaxTest = 200)]
    public Property No_time_without_an_acknowledgement_is_longer() => Prop.ForAll(
        Arb.From(Gen.ListOf(Gen.Choose(0, 1000))), Arb.From(Gen.Choose(0, 1000)),
        (moments, fault) =>
        {
            long[] times = [.. moments.Distinct().Order().Select(moment => (long)moment)];
            var ended = times.Zip(times.Skip(1)).Where(pair => pair.Second > fault).ToList();
            var gap = Gap.Longest(times, fault);
            Assert.Equal(ended.Count == 0 ? null : ended.Max(pair => pair.Second - pair.First), gap?.End - gap?.Start);
        });

    [Property(MaxTest = 100)]
    public Property Several_writers_together_stand_still_no_longer_than_any_of_them(int[] one, int[] other) => Prop.ToProperty(
        Gap.Merge([[.. one.Select(time => (long)time).Order()], [.. other.Select(time => (long)time).Order()]]).SequenceEqual(one.Concat(other).Select(time => (long)time).Order()));
}
