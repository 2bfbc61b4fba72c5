using System.Diagnostics;
using Integration.Support;
using RedisCluster.Planning;

namespace Integration.Reconciling;

public sealed class NewAddressTests
{
    private const int Keys = 2000;

    // With everysec a server may answer before it has written: what a killed one loses then is its own affair.
    private static readonly string[] Durable = ["--appendonly", "yes", "--appendfsync", "always"];

    /// <summary>The goal is 5 s, and 2 of them are the servers' own; the bound leaves room for a busy machine.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(0, 1, 2, 3, 4, 5)]
    [InlineData(0, 1, 5)]
    public async Task Nodes_that_come_back_at_new_addresses_are_brought_together_with_all_keys(params int[] moved)
    {
        await using var servers = await RedisServers.StartAsync(6, Durable);
        var places = new MovingPlaces(MovingPlaces.Of(servers.Servers));
        await using var watch = new RunningReconciler(places);
        await watch.UntilSteadyAsync();
        Assert.Contains(ReconcileKind.Form, watch.Done);
        await KeySet.WriteAsync(servers.Servers, Keys);

        // Two of three masters among them, so that nobody can be elected.
        RedisServer[] those = [.. moved.Select(i => servers[i])];
        await Task.WhenAll(those.Select(server => server.KillAsync()));
        await RedisServers.MoveAsync(those);
        var up = Stopwatch.GetTimestamp();
        places.Follow(servers.Servers);
        await watch.UntilSteadyAsync();
        var taken = Stopwatch.GetElapsedTime(up);
        TestContext.Current.TestOutputHelper?.WriteLine($"{moved.Length} of 6 nodes moved: well again after {taken.TotalSeconds:0.00} s");
        Assert.Equal(Keys, await KeySet.CountAsync(servers.Servers, Keys));
        Assert.True(taken < Bound, $"{taken}\n{watch.Log}");
        Assert.All(await servers.NodeTimeoutsAsync(), timeout => Assert.Equal(15000, timeout));
    }
}
