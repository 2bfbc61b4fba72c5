using RedisCluster.Operations;
using Unit.Protocol;

namespace Unit.Operations;

public sealed class ProgressLogTests
{
    [Fact]
    public async Task Reports_come_one_at_a_time_and_carry_the_time_passed()
    {
        var time = new ManualTime();
        var keeper = new Keeper();
        var log = new ProgressLog(keeper, time);
        time.Advance(TimeSpan.FromSeconds(3));
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(() => log.Report($"{i}", "because"))));
        Assert.Equal(500, keeper.Count);
        Assert.False(keeper.Overlapped);
        Assert.Equal(TimeSpan.FromSeconds(3), log.Elapsed);
        new ProgressLog(null, time).Report("nobody listens");
    }

    private sealed class Keeper : IProgress<ClusterProgress>
    {
        private int _inside;

        public int Count { get; private set; }

        public bool Overlapped { get; private set; }

        public void Report(ClusterProgress value)
        {
            Overlapped |= Interlocked.Increment(ref _inside) > 1;
            Count++;
            Interlocked.Decrement(ref _inside);
        }
    }
}
