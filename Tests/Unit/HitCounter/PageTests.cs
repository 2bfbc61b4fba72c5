using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using HitCounter.Api.Counting;
using HitCounter.Api.Store;
using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.HitCounter;

public sealed class PageTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("my-page_2")]
    [InlineData("0")]
    [InlineData("counts")]
    public void A_page_may_be_called_so(string name)
    {
        Assert.True(Page.TryCreate(name, out var page));
        Assert.Equal(name, page.Name);
        Assert.False(page.IsRoot);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Page")]
    [InlineData("a b")]
    [InlineData("a.b")]
    [InlineData("a}b")]
    [InlineData("{a")]
    [InlineData("a:b")]
    [InlineData("käse")]
    [InlineData("count")]
    [InlineData("health")]
    [InlineData("alive")]
    public void A_page_may_not_be_called_so(string? name) => Assert.False(Page.TryCreate(name, out _));

    [Fact]
    public void A_name_has_an_end()
    {
        Assert.True(Page.TryCreate(new string('a', Page.LongestName), out _));
        Assert.False(Page.TryCreate(new string('a', Page.LongestName + 1), out _));
    }

    [Fact]
    public void The_keys_of_the_root_are_those_it_always_had()
    {
        Assert.Equal("{hits}:total", CounterKeys.Total(default));
        Assert.Equal("{hits}:writers:me", CounterKeys.Writer(default, "me"));
    }

    [Property]
    public Property The_keys_of_a_page_are_in_its_slot() => Prop.ForAll(Pages, page =>
        HashSlot.Of((string)CounterKeys.Total(page)!) == CounterKeys.SlotOf(page) && HashSlot.Of((string)CounterKeys.Writer(page, "me")!) == CounterKeys.SlotOf(page));

    [Property]
    public Property No_two_pages_share_a_key() => Prop.ForAll(Pages, Pages, (one, other) =>
        one == other || (CounterKeys.Total(one) != CounterKeys.Total(other) && CounterKeys.Writer(one, "me") != CounterKeys.Writer(other, "me")));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(12)]
    public void Equal_shards_share_no_lane(int shards)
    {
        var lanes = SlotAllocation.Divide(shards)
            .Select(range => Enumerable.Range(range.First, range.Last - range.First + 1).Select(HitLanes.Of).ToHashSet())
            .ToList();

        Assert.Equal(HitLanes.Count, lanes.Sum(set => set.Count));
        Assert.Equal(Enumerable.Range(0, HitLanes.Count), lanes.SelectMany(set => set).Order());
    }

    private static Arbitrary<Page> Pages => Gen.Elements("abcxyz019-_".ToCharArray())
        .NonEmptyListOf()
        .Select(name => Page.TryCreate(string.Concat(name.Take(Page.LongestName)), out var page) ? page : default)
        .ToArbitrary();
}
