using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.Planning;

public sealed class ReshardPlannerTests
{
    [Property(MaxTest = 100)]
    public Property The_slots_asked_for_come_from_the_sources_in_proportion() => Prop.ForAll(
        Arb.From(
            from map in SlotMap.Any(8).Generator
            from target in Gen.Choose(0, map.Masters - 1)
            from sources in Gen.SubListOf(Enumerable.Range(0, map.Masters).Where(master => master != target).ToArray())
            from part in Gen.Choose(1, 100)
            select (map, target, sources: sources.ToArray(), part)),
        test =>
        {
            var held = test.sources.Sum(test.map.Count);
            var count = held * test.part / 100;
            if (test.sources.Length == 0 || count == 0)
            {
                return;
            }

            var plan = ReshardPlanner.Plan(test.map.Observe(), new()
            {
                From = [.. test.sources.Select(source => SlotMap.Endpoint(source).ToClientString())],
                To = SlotMap.Id(test.target).ToString(),
                Slots = count,
            });
            var after = test.map.After(plan);
            Assert.Equal(test.map.Count(test.target) + count, after.Count(test.target));
            for (var master = 0; master < test.map.Masters; master++)
            {
                var given = test.map.Count(master) - after.Count(master);
                var quota = test.sources.Contains(master) ? (double)test.map.Count(master) * count / held : 0;
                Assert.True(master == test.target || Math.Abs(given - quota) < 1, $"{master} gives {given} of {test.map.Count(master)}, its part is {quota}");
            }
        });

    [Fact]
    public void All_means_every_other_master()
    {
        var map = SlotMap.Even(3);
        var after = map.After(ReshardPlanner.Plan(map.Observe(), new() { To = "127.0.0.1:7101", Slots = 100 }));
        Assert.Equal((5561, 5412, 5411), (after.Count(0), after.Count(1), after.Count(2)));
    }

    [Theory]
    [InlineData("127.0.0.1:7102", "127.0.0.1:7101", 0, "between 1 and 16384")]
    [InlineData("127.0.0.1:7102", "127.0.0.1:7101", 5463, "have 5462")]
    [InlineData("127.0.0.1:7101", "127.0.0.1:7101", 5, "to itself")]
    [InlineData("127.0.0.1:7102", "nobody", 5, "names no node")]
    [InlineData("", "127.0.0.1:7101", 5, "names no node")]
    public void What_makes_no_sense_is_refused_in_one_line(string from, string to, int slots, string message)
    {
        var plan = ReshardPlanner.Plan(SlotMap.Even(3).Observe(), new() { From = [from], To = to, Slots = slots });
        Assert.Equal(RefusalKind.BadRequest, plan.Refusals[0].Kind);
        Assert.Contains(message, plan.Refusals[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-5, 1)]
    [InlineData(10, 0)]
    public void So_is_tuning_that_makes_no_sense(int pipeline, int timeout) => Assert.Equal(
        RefusalKind.BadRequest,
        ReshardPlanner.Plan(SlotMap.Even(3).Observe(), new()
        {
            To = "127.0.0.1:7101",
            Slots = 1,
            Tuning = new() { Pipeline = pipeline, Timeout = TimeSpan.FromMilliseconds(timeout) },
        }).Refusals[0].Kind);
}
