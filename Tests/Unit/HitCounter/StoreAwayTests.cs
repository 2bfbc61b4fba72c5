using HitCounter.Api.Counting;

namespace Unit.HitCounter;

public sealed class StoreAwayTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_hit_waits_for_the_bound_and_no_longer()
    {
        await using var fixture = new LaneFixture(new FakeHitStore { Away = true });
        var started = fixture.Time.GetUtcNow();

        var result = await fixture.RunAsync(fixture.HitAsync());

        Assert.Equal(HitStatus.Unconfirmed, result.Status);
        Assert.InRange(fixture.Time.GetUtcNow() - started, Bound, Bound + TimeSpan.FromSeconds(1));
        Assert.Equal(0, fixture.Store.Total);
    }

    [Fact]
    public async Task In_a_batch_the_early_hit_is_told_at_its_own_bound_and_the_write_goes_on_for_the_late_one()
    {
        await using var fixture = new LaneFixture(new FakeHitStore(), options => options.AttemptTimeout = TimeSpan.FromMinutes(1));
        fixture.Store.Hold();
        var first = fixture.HitAsync();
        await fixture.UntilAsync(() => fixture.Store.Attempts.Count == 1);
        var early = fixture.HitAsync();
        var earlyArrived = fixture.Time.GetUtcNow();
        fixture.Time.Advance(TimeSpan.FromSeconds(4));
        var late = fixture.HitAsync();
        fixture.Store.Away = true;
        fixture.Store.Release();
        Assert.Equal(1, (await first).Number);

        Assert.Equal(HitStatus.Unconfirmed, (await fixture.RunAsync(early)).Status);
        Assert.InRange(fixture.Time.GetUtcNow() - earlyArrived, Bound, Bound + TimeSpan.FromSeconds(1));
        Assert.False(late.IsCompleted);

        // The write had two hits from its first attempt on, which may have happened: the number of the early one is spent.
        fixture.Store.Away = false;
        Assert.Equal(3, (await fixture.RunAsync(late)).Number);
    }

    [Fact]
    public async Task While_the_store_is_away_hits_are_turned_away_at_once_and_its_return_is_noticed_without_one()
    {
        await using var fixture = new LaneFixture(new FakeHitStore { Away = true });
        await fixture.RunAsync(fixture.HitAsync());

        var turnedAway = fixture.HitAsync();
        Assert.True(turnedAway.IsCompleted);
        Assert.Equal(HitStatus.StoreAway, (await turnedAway).Status);
        Assert.True(fixture.Lane.StoreAway);

        fixture.Store.Away = false;
        await fixture.UntilAsync(() => !fixture.Lane.StoreAway, TimeSpan.FromMilliseconds(50));
        Assert.Equal(new HitResult(HitStatus.Counted, 1), await fixture.HitAsync());
        Assert.Equal(1, fixture.Store.Total);
    }

    [Fact]
    public async Task A_fault_that_does_not_pass_is_not_tried_again()
    {
        await using var fixture = new LaneFixture(new FakeHitStore(Attempt.FailsBefore) { FaultsAreFinal = true });

        Assert.Equal(HitStatus.Unconfirmed, (await fixture.HitAsync()).Status);
        Assert.Single(fixture.Store.Attempts, a => a.Hits == 1);
    }

    [Fact]
    public async Task Reading_waits_for_the_bound_and_then_gives_up_without_a_number()
    {
        var store = new FakeHitStore { Away = true };
        await using var fixture = new LaneFixture(store);
        var reader = new HitReader(store, fixture.Options, fixture.Time);

        Assert.Null(await fixture.RunAsync(reader.ReadAsync(default, CancellationToken.None)));

        store.Away = false;
        Assert.Equal(0, await reader.ReadAsync(default, CancellationToken.None));
    }
}
