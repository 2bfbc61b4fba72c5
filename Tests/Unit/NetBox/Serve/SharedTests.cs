using Microsoft.Extensions.Time.Testing;
using NetBox.Tools.Serve.Live;

namespace Unit.NetBox.Serve;

public class SharedTests
{
    private static readonly TimeSpan MaximumAge = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task All_who_ask_share_one_answer_while_it_is_fresh()
    {
        var time = new FakeTimeProvider();
        var asked = 0;
        using var shared = new Shared<int>(_ => Task.FromResult(Interlocked.Increment(ref asked)), MaximumAge, time);
        var seen = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => shared.GetAsync(CancellationToken.None)));
        Assert.Equal([1], seen.Distinct());

        time.Advance(MaximumAge - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await shared.GetAsync(CancellationToken.None));

        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, await shared.GetAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_slow_question_is_not_asked_twice_and_one_who_leaves_does_not_end_it()
    {
        var time = new FakeTimeProvider();
        var asked = 0;
        var answer = new TaskCompletionSource<int>();
        using var shared = new Shared<int>(
            _ =>
            {
                Interlocked.Increment(ref asked);
                return answer.Task;
            },
            MaximumAge,
            time);
        using var leaves = new CancellationTokenSource();
        var first = shared.GetAsync(leaves.Token);
        time.Advance(TimeSpan.FromMinutes(1));
        var second = shared.GetAsync(CancellationToken.None);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        answer.SetResult(7);
        Assert.Equal(7, await second);
        Assert.Equal(1, asked);
    }
}
