using HitCounter.Api.Counting;

namespace Unit.HitCounter;

/// <summary>What the lane tells about itself, as a listener hears it.</summary>
public sealed class HitMetersTests
{
    [Fact]
    public async Task Hits_and_the_sizes_of_batches_are_measured()
    {
        await using var fixture = new LaneFixture(new FakeHitStore());
        fixture.Store.Hold();
        var first = fixture.HitAsync();
        await fixture.UntilAsync(() => fixture.Store.Attempts.Count == 1);
        var rest = Enumerable.Range(0, 9).Select(_ => fixture.HitAsync()).ToArray();
        fixture.Store.Release();
        await Task.WhenAll([first, .. rest]);

        Assert.Equal(10, fixture.Measured("hitcounter.hits"));
        Assert.Equal([1, 9], fixture.Distribution("hitcounter.batch.size"));
        Assert.Equal(0, fixture.Measured("hitcounter.write.retries"));
        Assert.Empty(fixture.Distribution("hitcounter.store.gap"));
    }

    [Fact]
    public async Task A_gap_is_measured_from_the_first_failure_to_the_success()
    {
        await using var fixture = new LaneFixture(new FakeHitStore(Enumerable.Repeat(Attempt.FailsBefore, 5)));

        await fixture.RunAsync(fixture.HitAsync());

        var gap = Assert.Single(fixture.Distribution("hitcounter.store.gap"));
        // Five pauses, of 5 ms doubling with jitter; the clock moves 20 ms at a look, however often that is.
        Assert.InRange(gap, 0.05, 10);
        Assert.Equal(5, fixture.Measured("hitcounter.write.retries"));
        Assert.Equal(0, fixture.Measured("hitcounter.write.duplicates_avoided"));
    }

    [Fact]
    public async Task Hits_without_a_number_are_measured_as_unconfirmed_or_rejected()
    {
        await using var fixture = new LaneFixture(new FakeHitStore { Away = true });
        var hits = Enumerable.Range(0, 4).Select(_ => fixture.HitAsync()).ToArray();
        await fixture.RunAsync(Task.WhenAll(hits));
        await fixture.UntilAsync(() => fixture.Lane.StoreAway);
        Assert.Equal(HitStatus.StoreAway, (await fixture.HitAsync()).Status);

        Assert.Equal(0, fixture.Measured("hitcounter.hits"));
        Assert.Equal(5, fixture.Measured("hitcounter.hits.unconfirmed") + fixture.Measured("hitcounter.hits.rejected"));
        Assert.InRange(fixture.Measured("hitcounter.hits.unconfirmed"), 1, 4);
    }

    [Fact]
    public async Task A_replica_that_confirms_after_the_master_did_avoids_no_duplicate()
    {
        await using var fixture = new LaneFixture(new FakeHitStore(Attempt.ReplicaLate));

        Assert.Equal(1, (await fixture.RunAsync(fixture.HitAsync())).Number);

        Assert.Equal(1, fixture.Measured("hitcounter.write.retries"));
        Assert.Equal(0, fixture.Measured("hitcounter.write.duplicates_avoided"));
    }
}
