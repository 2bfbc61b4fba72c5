using Integration.HitCounter;
using Integration.Support;

namespace Integration.AppHosting;

public sealed class StopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Two_at_once_have_ports_and_counters_of_their_own_and_leave_nothing_listening()
    {
        IReadOnlyList<int> ports;
        await using (var first = await RunningAppHost.StartAsync("--RedisCluster:ReplicasPerShard=0"))
        {
            await using var second = await RunningAppHost.StartAsync("--RedisCluster:ReplicasPerShard=0");

            Assert.Equal("I have been hit 1 times since deployment.", await first.HitAsync());
            Assert.Equal("I have been hit 2 times since deployment.", await first.HitAsync());
            Assert.Equal("I have been hit 1 times since deployment.", await second.HitAsync());

            ports = [.. await first.PortsAsync(), .. await second.PortsAsync()];
            Assert.Equal(ports.Count, ports.Distinct().Count());
        }

        await Eventually.TrueAsync(
            () => Task.FromResult(!RunningAppHost.StillTaken(ports).Any()), Patience, $"all of {string.Join(", ", ports)} free");
    }
}
