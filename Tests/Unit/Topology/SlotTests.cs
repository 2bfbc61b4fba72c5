using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using RedisCluster.Topology;

namespace Unit.Topology;

public sealed class SlotTests
{
    // As CLUSTER KEYSLOT of Redis 7.0.15 answers.
    [Theory]
    [InlineData("", 0)]
    [InlineData("123456789", 12739)]
    [InlineData("foo", 12182)]
    [InlineData("{foo}", 12182)]
    [InlineData("bar{foo}baz", 12182)]
    [InlineData("foo{}", 5542)]
    [InlineData("{}foo", 9500)]
    [InlineData("foo{{bar}}zap", 4015)]
    [InlineData("foo{bar}{zap}", 5061)]
    [InlineData("foo{", 7673)]
    [InlineData("käse", 7438)]
    public void Key_slot_is_the_servers(string key, int slot) => Assert.Equal(slot, HashSlot.Of(key));

    [Theory]
    [InlineData("5", 5, 5)]
    [InlineData("0-5460", 0, 5460)]
    [InlineData("16383", 16383, 16383)]
    public void Range_reads_one_or_two_ends(string text, int first, int last)
    {
        var range = SlotRange.Parse(text);
        Assert.Equal((first, last, last - first + 1), (range.First, range.Last, range.Count));
        Assert.Equal(text, range.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("5-")]
    [InlineData("-5")]
    [InlineData("6-5")]
    [InlineData("16384")]
    [InlineData("0-16384")]
    [InlineData("1-2-3")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("99999999999")]
    public void Range_refuses_everything_else(string text)
    {
        Assert.False(SlotRange.TryParse(text, out _));
        Assert.Throws<FormatException>(() => SlotRange.Parse(text));
    }

    [Fact]
    public void Range_ends_are_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SlotRange(2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SlotRange(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SlotRange(0, 16384));
    }

    [Property]
    public Property Set_does_what_sets_do() => Prop.ForAll(Slots(), Slots(), (a, b) =>
    {
        var (x, y) = (SlotSet.Of(a), SlotSet.Of(b));
        Assert.Equal(a.Union(b).Order(), x.Union(y));
        Assert.Equal(a.Intersect(b).Order(), x.Intersect(y));
        Assert.Equal(a.Except(b).Order(), x.Except(y));
        Assert.Equal(a.Overlaps(b), x.Overlaps(y));
        Assert.Equal(a.IsSubsetOf(b), x.IsSubsetOf(y));
        Assert.Equal(a.SetEquals(b), x.Equals(y));
        Assert.Equal(a.Count, x.Count);
        Assert.Equal(16384 - a.Count, x.Complement().Count);
        Assert.True(x.IsSubsetOf(x.Union(y)));
    });

    [Property]
    public Property Set_survives_its_text_and_its_ranges() => Prop.ForAll(Slots(), slots =>
    {
        var set = SlotSet.Of(slots);
        Assert.Equal(set, SlotSet.Parse(set.ToString()));
        Assert.Equal(set, SlotSet.Of([.. set.ToRanges()]));
        Assert.Equal(set.GetHashCode(), SlotSet.Parse(set.ToString()).GetHashCode());
        var ranges = set.ToRanges();
        Assert.All(ranges.Zip(ranges.Skip(1)), pair => Assert.True(pair.First.Last + 1 < pair.Second.First));
    });

    [Fact]
    public void Set_knows_its_limits()
    {
        Assert.Equal("0-16383", SlotSet.All.ToString());
        Assert.Equal("", SlotSet.Empty.ToString());
        Assert.Equal(SlotSet.Empty, SlotSet.All.Complement());
        Assert.False(SlotSet.All.Contains(-1));
        Assert.False(SlotSet.All.Contains(16384));
        Assert.Equal("0-2,16383", SlotSet.Parse("16383 0,1 2").ToString());
        Assert.Throws<FormatException>(() => SlotSet.Parse("0-5,x"));
    }

    private static Arbitrary<HashSet<int>> Slots()
    {
        var range = from start in Gen.Choose(0, 16383)
                    from length in Gen.OneOf(Gen.Choose(0, 3), Gen.Choose(60, 70), Gen.Choose(1, 6000))
                    select (start, Math.Min(16383, start + length));
        return Gen.ListOf(range)
            .Select(ranges => ranges.SelectMany(r => Enumerable.Range(r.start, r.Item2 - r.start + 1)).ToHashSet())
            .ToArbitrary();
    }
}
