using FsCheck.Xunit;
using HitCounter.Api.Counting;

namespace Unit.HitCounter;

/// <summary>Hits of several pages in one lane.</summary>
public sealed class PageLaneTests
{
    private static readonly Page[] Pages = [.. new[] { "one", "two", "three", "four" }.Select(Named)];

    [Fact]
    public async Task Hits_of_several_pages_travel_together_and_each_page_is_numbered_by_itself()
    {
        await using var fixture = new LaneFixture(new FakeHitStore());
        fixture.Store.Hold();
        var first = fixture.HitAsync(Pages[0]);
        await fixture.UntilAsync(() => fixture.Store.Attempts.Count == 1);
        var rest = Enumerable.Range(0, 12).Select(i => fixture.HitAsync(Pages[i % 3])).ToArray();

        fixture.Store.Release();
        var numbers = (await Task.WhenAll(rest)).Select(result => result.Number).ToList();

        Assert.Equal(1, (await first).Number);
        Assert.Equal([2, 3, 4, 5], numbers.Where((_, i) => i % 3 == 0));
        Assert.Equal([1, 2, 3, 4], numbers.Where((_, i) => i % 3 == 1));
        Assert.Equal([1, 4, 4, 4], fixture.Store.Attempts.Select(attempt => attempt.Hits));
    }

    [Property(MaxTest = 30)]
    public bool Numbers_of_each_page_are_unique_and_complete(Attempt[] script, byte[] pages)
    {
        script = [.. script.Take(8)];
        pages = [.. pages.Take(40)];
        return Run().GetAwaiter().GetResult();

        async Task<bool> Run()
        {
            await using var fixture = new LaneFixture(
                new FakeHitStore(script), options => options.FailoverWait = TimeSpan.FromSeconds(script.Length * 2 + 10));
            var hits = pages.Select(page => (Page: Pages[page % Pages.Length], Hit: fixture.HitAsync(Pages[page % Pages.Length]))).ToList();
            await fixture.RunAsync(Task.WhenAll(hits.Select(hit => hit.Hit)), TimeSpan.FromMilliseconds(500));
            return hits.GroupBy(hit => hit.Page).All(page =>
                page.All(hit => hit.Hit.Result.Status == HitStatus.Counted)
                && page.Select(hit => hit.Hit.Result.Number).SequenceEqual(Enumerable.Range(1, page.Count()).Select(n => (long)n))
                && fixture.Store.TotalOf(page.Key) == page.Count());
        }
    }

    [Fact]
    public async Task A_page_that_the_store_refuses_is_no_concern_of_the_others()
    {
        await using var fixture = new LaneFixture(new FakeHitStore { Broken = Pages[0] });

        Assert.Equal(HitStatus.Unconfirmed, (await fixture.HitAsync(Pages[0])).Status);

        Assert.False(fixture.Lane.StoreAway);
        Assert.Equal(1, (await fixture.HitAsync(Pages[1])).Number);
        Assert.Equal(HitStatus.Unconfirmed, (await fixture.HitAsync(Pages[0])).Status);
    }

    [Fact]
    public async Task The_return_of_the_store_is_noticed_even_by_a_page_that_it_refuses()
    {
        await using var fixture = new LaneFixture(new FakeHitStore { Away = true });
        await fixture.RunAsync(fixture.HitAsync(Pages[0]));
        Assert.Equal(HitStatus.StoreAway, (await fixture.HitAsync(Pages[1])).Status);

        fixture.Store.Broken = Pages[0];
        fixture.Store.Away = false;

        await fixture.UntilAsync(() => !fixture.Lane.StoreAway, TimeSpan.FromMilliseconds(50));
        Assert.Equal(1, (await fixture.HitAsync(Pages[1])).Number);
    }

    [Fact]
    public async Task More_pages_than_a_write_takes_travel_in_the_next_one()
    {
        await using var fixture = new LaneFixture(new FakeHitStore());
        fixture.Store.Hold();
        var hits = Enumerable.Range(0, 2000).Select(i => fixture.HitAsync(Named($"page-{i}"))).ToArray();

        fixture.Store.Release();

        Assert.All(await Task.WhenAll(hits), result => Assert.Equal(new HitResult(HitStatus.Counted, 1), result));
    }

    private static Page Named(string name) => Page.TryCreate(name, out var page) ? page : throw new ArgumentException(name);
}
