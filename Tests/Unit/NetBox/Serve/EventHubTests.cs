using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;
using NetBox.Tools.Serve.Events;

namespace Unit.NetBox.Serve;

public class EventHubTests
{
    [Fact]
    public async Task A_new_page_gets_the_states_of_now_and_what_happened_before()
    {
        var hub = new EventHub();
        hub.Show(EventKinds.Picture, "old");
        hub.Tell(EventKinds.Change, "a");
        hub.Show(EventKinds.Picture, "new");
        using var page = hub.Subscribe(null);
        Assert.Equal(["hello {}", "change a", "picture new"], await TakeAsync(page, 3));

        hub.Show(EventKinds.Trouble, "gone", instead: EventKinds.Picture);
        using var another = hub.Subscribe(null);
        Assert.Equal(["hello {}", "change a", "trouble gone"], await TakeAsync(another, 3));
        Assert.Equal(["trouble gone"], await TakeAsync(page, 1));
    }

    [Fact]
    public async Task A_page_that_comes_back_gets_what_it_missed_and_nothing_twice()
    {
        var hub = new EventHub();
        hub.Tell(EventKinds.Change, "a");
        var page = hub.Subscribe(null);
        var seen = (await TakeEventsAsync(page, 2))[^1];
        page.Dispose();
        hub.Show(EventKinds.Picture, "p");
        hub.Tell(EventKinds.Change, "b");
        using var back = hub.Subscribe(hub.IdOf(seen));
        Assert.Equal(["picture p", "change b"], await TakeAsync(back, 2));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("00000000-1")]
    public async Task A_page_of_another_run_starts_anew(string lastSeen)
    {
        var hub = new EventHub();
        hub.Tell(EventKinds.Change, "a");
        using var page = hub.Subscribe(lastSeen);
        Assert.Equal(["hello {}", "change a"], await TakeAsync(page, 2));
    }

    [Fact]
    public async Task A_page_that_was_away_too_long_starts_anew()
    {
        var hub = new EventHub();
        hub.Tell(EventKinds.Change, "first");
        using var page = hub.Subscribe(null);
        var seen = (await TakeEventsAsync(page, 2))[^1];
        for (var i = 0; i < EventHub.LogLength + 1; i++)
        {
            hub.Tell(EventKinds.Change, $"{i}");
        }

        using var back = hub.Subscribe(hub.IdOf(seen));
        Assert.Equal(["hello {}", "change 1"], await TakeAsync(back, 2));
    }

    /// <summary>Whatever is told, a page that does not read holds no more than its share, ends with the newest state and has the newest happening.</summary>
    [Property(MaxTest = 40)]
    public void A_slow_page_is_bounded_and_ends_with_the_newest(bool[] isState, FsCheck.PositiveInt rounds)
    {
        var hub = new EventHub();
        using var page = hub.Subscribe(null);
        string? picture = null, change = null;
        var number = 0;
        for (var round = 0; round < Math.Min(rounds.Get * 10, 400); round++)
        {
            foreach (var each in isState.Take(20))
            {
                var text = $"{number++}";
                if (each)
                {
                    hub.Show(EventKinds.Picture, picture = text);
                }
                else
                {
                    hub.Tell(EventKinds.Change, change = text);
                }
            }
        }

        var got = page.TakeAll();
        Assert.True(got.Count <= Subscription.Capacity);
        Assert.Equal(picture, got.LastOrDefault(e => e.Kind == EventKinds.Picture)?.Data);
        Assert.Equal(change, got.LastOrDefault(e => e.Kind == EventKinds.Change)?.Data);
        Assert.True(got.Count(e => e.Kind == EventKinds.Picture) <= 1);
        Assert.Equal(got.OrderBy(e => e.Number), got);
    }

    [Fact]
    public async Task Silence_is_told_and_work_rests_while_nobody_looks()
    {
        var (hub, time) = (new EventHub(), new FakeTimeProvider());
        var lookedAt = hub.LookedAtAsync(CancellationToken.None);
        Assert.False(lookedAt.IsCompleted);
        var page = hub.Subscribe(null);
        await lookedAt;
        await using var events = page.ReadAsync(TimeSpan.FromSeconds(2), time, CancellationToken.None).GetAsyncEnumerator();
        await events.MoveNextAsync();
        var next = events.MoveNextAsync().AsTask();
        while (!next.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Null(events.Current);
        page.Dispose();
        Assert.False(hub.LookedAtAsync(CancellationToken.None).IsCompleted);
    }

    private static async Task<List<string>> TakeAsync(Subscription page, int count) =>
        [.. (await TakeEventsAsync(page, count)).Select(e => $"{e.Kind} {e.Data}")];

    private static async Task<List<ServerEvent>> TakeEventsAsync(Subscription page, int count)
    {
        var events = new List<ServerEvent>();
        await foreach (var happening in page.ReadAsync(TimeSpan.FromMinutes(1), TimeProvider.System, TestContext.Current.CancellationToken))
        {
            events.Add(happening!);
            if (events.Count == count)
            {
                break;
            }
        }

        return events;
    }
}
