using FsCheck.Xunit;
using HitCounter.Api.Counting;

namespace Unit.HitCounter;

public sealed class RetryDelayTests
{
    [Property]
    public bool Delays_are_bounded(ushort attempt, byte jitter)
    {
        var delay = RetryDelay.After(attempt + 1, jitter / 255.0);
        return delay >= TimeSpan.FromMilliseconds(2.5) && delay <= TimeSpan.FromMilliseconds(160);
    }

    [Fact]
    public void Delays_double_up_to_the_cap()
        => Assert.Equal([5, 10, 20, 40, 80, 160, 160], Enumerable.Range(1, 7).Select(n => RetryDelay.After(n, 1).TotalMilliseconds));

    [Fact]
    public void There_is_no_attempt_zero() => Assert.Throws<ArgumentOutOfRangeException>(() => RetryDelay.After(0, 0));
}
