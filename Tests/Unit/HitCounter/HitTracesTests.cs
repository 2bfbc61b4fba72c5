using System.Collections.Concurrent;
using System.Diagnostics;
using HitCounter.Api.Counting;

namespace Unit.HitCounter;

public sealed class HitTracesTests
{
    [Fact]
    public async Task A_write_is_linked_to_the_recorded_requests_it_carries()
    {
        var writes = new ConcurrentBag<Activity>();
        using var source = new ActivitySource(nameof(HitTracesTests));
        using var listener = new ActivityListener
        {
            ShouldListenTo = heard => heard.Name == HitMeters.MeterName || heard == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.OperationName == HitTraces.WriteName)
                {
                    writes.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        var fixture = new LaneFixture(new FakeHitStore());
        fixture.Store.Hold();
        var first = fixture.HitAsync();
        await fixture.UntilAsync(() => fixture.Store.Attempts.Count == 1);
        var (one, hitOne) = Request();
        var (two, hitTwo) = Request();
        var untraced = fixture.HitAsync();

        fixture.Store.Release();
        await Task.WhenAll(first, hitOne, hitTwo, untraced);
        await fixture.DisposeAsync();

        var write = Assert.Single(writes, write => write.Links.Any(link => link.Context == one));
        Assert.Equal([one, two], write.Links.Select(link => link.Context));
        Assert.Equal(3, write.GetTagItem("hitcounter.batch.size"));
        Assert.Null(write.Parent);

        (ActivityContext Context, Task<HitResult> Hit) Request()
        {
            using var request = source.StartActivity("request")!;
            return (request.Context, fixture.HitAsync());
        }
    }
}
