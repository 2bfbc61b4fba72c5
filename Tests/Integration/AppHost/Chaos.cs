using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Integration.HitCounter;
using Integration.Support;
using RedisCluster.Operations;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace Integration.AppHosting;

/// <summary>What may happen to the nodes and to the instances of the hit counter. Every fault is begun on a cluster that is whole, and ends with one.</summary>
internal sealed class Chaos(RunningAppHost host, TimeSpan nodeTimeout, Random random)
{
    private const string HitCounter = "hit-counter";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HandoverRetry = TimeSpan.FromSeconds(6);

    public async Task RunAsync(Fault fault)
    {
        await (fault switch
        {
            Fault.MasterKilled => KilledAsync(master: true),
            Fault.ReplicaKilled => KilledAsync(master: false),
            Fault.MasterSilent => SilentAsync(master: true),
            Fault.ReplicaSilent => SilentAsync(master: false),
            Fault.NodeRestarted => RestartedAsync(),
            Fault.HandedOver => HandedOverAsync(),
            Fault.HitCounterKilled => HitCounterKilledAsync(),
            Fault.AllNodesRestarted => AllNodesRestartedAsync(),
            _ => throw new ArgumentOutOfRangeException(nameof(fault)),
        });
        await WholeAsync();
    }

    /// <summary>Waits until every slot is served and every master has its replica.</summary>
    public Task WholeAsync() => Eventually.TrueAsync(
        async () =>
        {
            try
            {
                return (await host.CheckAsync()).Healthy;
            }
            catch (ClusterException)
            {
                return false;
            }
        },
        Patience,
        "the cluster is whole");

    private async Task KilledAsync(bool master)
    {
        var node = await PickAsync(master);
        await host.KillAsync(node);
        // Half of the time it is back before the others miss it.
        if (random.Next(2) == 0)
        {
            await Eventually.TrueAsync(
                async () => (await host.ObserveAsync()).Nodes.Where(other => other.IsReachable).All(other => other.View!.Nodes.Count(seen => seen.IsFailed) == 1
                    && other.Info is { IsOk: true, SlotsFailed: 0, SlotsPossiblyFailed: 0 }),
                Patience,
                "the others go on without it");
        }

        await CommandAsync(host.Nodes[node], KnownResourceCommands.StartCommand);
    }

    private async Task SilentAsync(bool master)
    {
        var process = await host.ProcessIdAsync(await PickAsync(master));
        await Signal.SendAsync("STOP", process);
        try
        {
            await Task.Delay(Silence * random.NextDouble());
        }
        finally
        {
            await Signal.SendAsync("CONT", process);
        }
    }

    private async Task RestartedAsync() => await CommandAsync(host.Nodes[await PickAsync(master: random.Next(2) == 0)], KnownResourceCommands.RestartCommand);

    // Masters vote once per shard in two node timeouts, and a handover they do not vote for holds up its master for 5 s.
    private async Task HandedOverAsync()
    {
        await Task.Delay(2 * nodeTimeout, TestContext.Current.CancellationToken);
        var replica = await PickAsync(master: false);
        var endpoint = await host.EndpointAsync(replica);
        long? asked = null;
        await Eventually.TrueAsync(
            async () =>
            {
                if ((await host.ObserveAsync()).Find(endpoint) is { View.Myself.IsMaster: true })
                {
                    return true;
                }

                if (asked is not { } at || TimeProvider.System.GetElapsedTime(at) > HandoverRetry)
                {
                    asked = TimeProvider.System.GetTimestamp();
                    await using var connection = await host.ConnectAsync(replica);
                    await connection.TrySendAsync(RespCommand.Of("CLUSTER", "FAILOVER"));
                }

                return false;
            },
            Patience,
            "the replica has taken over");
    }

    private async Task AllNodesRestartedAsync()
    {
        await Task.WhenAll(host.Nodes.Select(node => CommandAsync(node, KnownResourceCommands.StopCommand)));
        await Task.WhenAll(host.Nodes.Select(node => CommandAsync(node, KnownResourceCommands.StartCommand)));
    }

    private async Task HitCounterKilledAsync()
    {
        var instances = await InstancesAsync();
        var (id, process) = instances[random.Next(instances.Count)];
        await Signal.SendAsync("KILL", process);
        await CommandAsync(id, KnownResourceCommands.StartCommand);
        await Eventually.TrueAsync(async () => (await InstancesAsync()).Count == instances.Count, Patience, "the instance runs again");
    }

    private async Task<IReadOnlyList<(string Id, int Process)>> InstancesAsync()
    {
        using var enough = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var instances = new Dictionary<string, int>();
        try
        {
            await foreach (var change in host.App.ResourceNotifications.WatchAsync(enough.Token))
            {
                if (change.Resource.Name != HitCounter)
                {
                    continue;
                }

                instances.Remove(change.ResourceId);
                if (change.Snapshot.State?.Text == KnownResourceStates.Running
                    && change.Snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value is { } value)
                {
                    instances[change.ResourceId] = Convert.ToInt32(value, CultureInfo.InvariantCulture);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The latest state of everything comes first, and that has come.
        }

        return [.. instances.Select(instance => (instance.Key, instance.Value))];
    }

    // Every other time in the counter's own shard, where it matters most.
    private async Task<int> PickAsync(bool master)
    {
        var nodes = (await host.ObserveAsync()).Nodes;
        var slot = HashSlot.Of(CounterShard.Total);
        var owner = nodes.First(node => node.View is { Myself: { IsMaster: true } myself } && myself.Slots.Contains(slot));
        var candidates = nodes.Where(node => node.View!.Myself.IsMaster == master);
        if (random.Next(2) == 0)
        {
            candidates = candidates.Where(node => node == owner || node.View!.Myself.MasterId == owner.MyId);
        }

        var choice = candidates.ToList();
        return await host.IndexAsync(choice[random.Next(choice.Count)].Endpoint);
    }

    private Task CommandAsync(IResource resource, string command)
        => CommandAsync(() => host.App.ResourceCommands.ExecuteCommandAsync(resource, command, TestContext.Current.CancellationToken), $"{command} of {resource.Name}");

    private Task CommandAsync(string resourceId, string command)
        => CommandAsync(() => host.App.ResourceCommands.ExecuteCommandAsync(resourceId, command, TestContext.Current.CancellationToken), $"{command} of {resourceId}");

    // Until the end of a process is noticed it cannot be started.
    private static Task CommandAsync(Func<Task<ExecuteCommandResult>> command, string what)
        => Eventually.TrueAsync(async () => (await command()).Success, Patience, what);
}

internal enum Fault
{
    MasterKilled,
    ReplicaKilled,
    MasterSilent,
    ReplicaSilent,
    NodeRestarted,
    HandedOver,
    HitCounterKilled,
    AllNodesRestarted,
}
