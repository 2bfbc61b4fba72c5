using Aspire.Hosting.ApplicationModel;
using Integration.HitCounter;
using Integration.Support;
using RedisCluster.Topology;

namespace Integration.AppHosting;

/// <summary>The scenario that everything has to be able to replay.</summary>
public sealed class ScenarioTests
{
    private static readonly TimeSpan FailoverPatience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Five_hits_two_lost_nodes_and_the_sixth_call_says_six()
    {
        await using var host = await RunningAppHost.StartAsync();
        await AssertCameUpAsync(host);

        await CountThroughTwoLossesAsync(host, host.KillAsync);
    }

    [Fact]
    public async Task The_same_with_nodes_in_containers()
    {
        var missing = LocalContainers.WhatIsMissing();
        Assert.SkipWhen(missing is not null, $"No containers here: {missing}");
        await using var host = await RunningAppHost.StartAsync("--RedisCluster:Nodes=Containers");
        await AssertCameUpAsync(host);

        await CountThroughTwoLossesAsync(host, host.StopAsync);
    }

    private static async Task AssertCameUpAsync(RunningAppHost host)
    {
        Assert.Equal(6, host.Nodes.Count);
        var init = await host.App.ResourceNotifications.WaitForResourceAsync(
            "cluster-init", e => e.Snapshot.State?.Text == KnownResourceStates.Finished, TestContext.Current.CancellationToken);
        Assert.Equal(0, init.Snapshot.ExitCode);
        var report = await host.CheckAsync();
        Assert.True(report.Healthy, string.Join('\n', report.Findings));
        await AssertFormedAsync(host);
    }

    private static async Task CountThroughTwoLossesAsync(RunningAppHost host, Func<int, Task> lose)
    {
        for (var i = 1; i <= 5; i++)
        {
            Assert.Equal($"I have been hit {i} times since deployment.", await host.HitAsync());
        }

        await lose(0);
        // Two of three masters at once leave no majority: a person would see the first failover through as well.
        await WritableWithoutAsync(host, lost: 1);
        await lose(1);

        Assert.Equal("I have been hit 6 times since deployment.", await host.HitAsync());
        await WritableWithoutAsync(host, lost: 2);
        Assert.Equal("I have been hit 7 times since deployment.", await host.HitAsync());
    }

    private static async Task AssertFormedAsync(RunningAppHost host)
    {
        var observation = await host.ObserveAsync();
        Assert.All(observation.Nodes, node => Assert.Null(node.Problem));
        var view = observation.Nodes[0].View!;
        Assert.Equal(6, view.Nodes.Length);
        Assert.Equal(
            ["0-5460", "10923-16383", "5461-10922"],
            view.Nodes.Where(node => !node.Slots.IsEmpty).Select(node => node.Slots.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(3, view.Nodes.Count(node => node.MasterId is not null));
    }

    private static Task WritableWithoutAsync(RunningAppHost host, int lost) =>
        Eventually.TrueAsync(
            async () =>
            {
                var alive = (await host.ObserveAsync()).Nodes.Where(node => node.Problem is null).ToList();
                var ids = alive.Select(node => node.MyId!.Value).ToHashSet();
                return alive.Count == 6 - lost && alive.All(node => IsServedByOthers(node, ids));
            },
            FailoverPatience,
            $"every slot served by the {6 - lost} nodes that are left");

    // Right after the loss every node still says ok: the lost one has to be out of its slots as well.
    private static bool IsServedByOthers(NodeObservation node, HashSet<NodeId> alive) =>
        node.Info is { IsOk: true } && node.View!.Nodes.Where(other => alive.Contains(other.Id)).Sum(other => other.Slots.Count) == HashSlot.Count;
}
