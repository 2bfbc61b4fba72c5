using FsCheck.Xunit;
using HitCounter.Api.Counting;

namespace Unit.HitCounter;

public sealed class HitLaneTests
{
    [Fact]
    public async Task A_hit_gets_its_number()
    {
        await using var fixture = new LaneFixture(new FakeHitStore());

        Assert.Equal(new HitResult(HitStatus.Counted, 1), await fixture.HitAsync());
        Assert.Equal(new HitResult(HitStatus.Counted, 2), await fixture.HitAsync());
    }

    [Fact]
    public async Task Hits_that_arrive_during_a_write_travel_together_and_are_numbered_in_order_of_arrival()
    {
        await using var fixture = new LaneFixture(new FakeHitStore());
        fixture.Store.Hold();
        var first = fixture.HitAsync();
        await fixture.UntilAsync(() => fixture.Store.Attempts.Count == 1);
        var rest = Enumerable.Range(0, 50).Select(_ => fixture.HitAsync()).ToArray();

        fixture.Store.Release();

        Assert.Equal(1, (await first).Number);
        Assert.Equal(Enumerable.Range(2, 50).Select(n => (long)n), (await Task.WhenAll(rest)).Select(r => r.Number));
        Assert.Equal([1, 50], fixture.Store.Attempts.Select(a => a.Hits));
    }

    [Fact]
    public async Task A_write_is_no_larger_than_the_limit()
    {
        await using var fixture = new LaneFixture(new FakeHitStore(), options => options.MaxBatch = 8);
        fixture.Store.Hold();
        var hits = Enumerable.Range(0, 20).Select(_ => fixture.HitAsync()).ToArray();
        fixture.Store.Release();

        Assert.Equal(Enumerable.Range(1, 20).Select(n => (long)n), (await Task.WhenAll(hits)).Select(r => r.Number));
        Assert.All(fixture.Store.Attempts, a => Assert.InRange(a.Hits, 1, 8));
    }

    [Fact]
    public async Task A_lost_answer_is_asked_for_again_and_not_counted_twice()
    {
        await using var fixture = new LaneFixture(new FakeHitStore(Attempt.AnswerLost, Attempt.FailsBefore, Attempt.NeverAnswersButHappens));

        Assert.Equal(1, (await fixture.RunAsync(fixture.HitAsync())).Number);
        Assert.Equal(1, fixture.Store.Total);
        Assert.Single(fixture.Store.Attempts.Distinct());
        Assert.Equal(3, fixture.Measured("hitcounter.write.retries"));
        Assert.Equal(1, fixture.Measured("hitcounter.write.duplicates_avoided"));
    }

    // Whatever becomes of the attempts, every hit is in the store once and has a number of its own.
    [Property(MaxTest = 40)]
    public bool Numbers_are_unique_and_complete(Attempt[] script, byte extraHits)
    {
        script = [.. script.Take(10)];
        return Run().GetAwaiter().GetResult();

        async Task<bool> Run()
        {
            // A gap shorter than the bound: an attempt that never answers takes a second.
            await using var fixture = new LaneFixture(
                new FakeHitStore(script), options => options.FailoverWait = TimeSpan.FromSeconds(script.Length * 2 + 10));
            var hits = Enumerable.Range(0, 1 + extraHits % 40).Select(_ => fixture.HitAsync()).ToArray();
            var results = await fixture.RunAsync(Task.WhenAll(hits), TimeSpan.FromMilliseconds(500));
            return results.All(r => r.Status == HitStatus.Counted)
                && results.Select(r => r.Number).SequenceEqual(Enumerable.Range(1, hits.Length).Select(n => (long)n))
                && fixture.Store.Total == hits.Length;
        }
    }

    [Fact]
    public async Task A_caller_who_left_before_the_hit_was_sent_is_not_counted_and_disturbs_nobody()
    {
        await using var fixture = new LaneFixture(new FakeHitStore());
        using var leaving = new CancellationTokenSource();
        fixture.Store.Hold();
        var first = fixture.HitAsync();
        await fixture.UntilAsync(() => fixture.Store.Attempts.Count == 1);
        var before = fixture.HitAsync();
        var left = fixture.HitAsync(leaving.Token);
        var after = fixture.HitAsync();
        await leaving.CancelAsync();

        fixture.Store.Release();

        Assert.Equal([1, 2, 3], (await Task.WhenAll(first, before, after)).Select(r => r.Number));
        Assert.Equal(HitStatus.Cancelled, (await left).Status);
        Assert.Equal(3, fixture.Store.Total);
    }

    [Fact]
    public async Task A_caller_who_leaves_while_the_hit_is_under_way_is_counted_and_disturbs_nobody()
    {
        await using var fixture = new LaneFixture(new FakeHitStore());
        using var leaving = new CancellationTokenSource();
        fixture.Store.Hold();
        var first = fixture.HitAsync(leaving.Token);
        await fixture.UntilAsync(() => fixture.Store.Attempts.Count == 1);
        await leaving.CancelAsync();
        var second = fixture.HitAsync();

        fixture.Store.Release();

        Assert.Equal(2, (await second).Number);
        Assert.Equal(1, (await first).Number);
    }

    [Fact]
    public async Task A_full_queue_turns_hits_away_at_once()
    {
        await using var fixture = new LaneFixture(new FakeHitStore(), options => options.QueueLimit = 3);
        fixture.Store.Hold();
        var underWay = fixture.HitAsync();
        await fixture.UntilAsync(() => fixture.Store.Attempts.Count == 1);
        var queued = Enumerable.Range(0, 3).Select(_ => fixture.HitAsync()).ToArray();

        var turnedAway = fixture.HitAsync();

        Assert.True(turnedAway.IsCompleted);
        Assert.Equal(HitStatus.QueueFull, (await turnedAway).Status);
        fixture.Store.Release();
        Assert.Equal(1, (await underWay).Number);
        Assert.Equal([2, 3, 4], (await Task.WhenAll(queued)).Select(r => r.Number));
        Assert.Equal(4, fixture.Store.Total);
    }

    [Fact]
    public async Task Stopping_writes_what_was_accepted_and_takes_no_more()
    {
        await using var fixture = new LaneFixture(new FakeHitStore(), options => options.MaxBatch = 2);
        fixture.Store.Hold();
        var accepted = Enumerable.Range(0, 7).Select(_ => fixture.HitAsync()).ToArray();
        var stop = fixture.Lane.StopAsync(CancellationToken.None);
        await fixture.UntilAsync(() => fixture.HitAsync() is { IsCompleted: true } late && late.Result.Status == HitStatus.Stopping);

        fixture.Store.Release();
        await stop;

        Assert.Equal(Enumerable.Range(1, 7).Select(n => (long)n), (await Task.WhenAll(accepted)).Select(r => r.Number));
        Assert.Equal(HitStatus.Stopping, (await fixture.HitAsync()).Status);
    }

    [Fact]
    public async Task Stopping_with_the_store_away_ends_when_it_is_told_to()
    {
        await using var fixture = new LaneFixture(new FakeHitStore { Away = true });
        var hits = new[] { fixture.HitAsync(), fixture.HitAsync() };
        using var impatient = new CancellationTokenSource();
        var stop = fixture.Lane.StopAsync(impatient.Token);

        await impatient.CancelAsync();
        await stop.WaitAsync(TimeSpan.FromSeconds(20));

        Assert.All(await Task.WhenAll(hits), r => Assert.NotEqual(HitStatus.Counted, r.Status));
    }
}
