using NetBox.Tools.Cluster;
using NetBox.Tools.Drills.Faults;
using RedisCluster.Operations;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace NetBox.Tools.Drills;

/// <summary>Drills on one cluster.</summary>
/// <param name="target">The cluster.</param>
/// <param name="environment">Environment variables: whether this is production, and where an AppHost can be told things.</param>
/// <param name="channels">By what means faults can be made, the best first; null for all there are.</param>
/// <param name="time">The source of time.</param>
internal sealed class DrillRunner(
    ClusterTarget target, Func<string, string?> environment, Func<IReadOnlyList<IFaultChannel>>? channels = null, TimeProvider? time = null) : IDrill
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public async Task<DrillPlan> PlanAsync(DrillRequest request, CancellationToken cancellationToken)
    {
        var (scene, channel) = await PrepareAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            return DrillPlanner.Plan(scene, request, channel);
        }
        finally
        {
            await DisposeAsync(channel).ConfigureAwait(false);
        }
    }

    public async Task<DrillReport> RunAsync(DrillRequest request, IProgress<DrillEvent> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var (scene, channel) = await PrepareAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            // The one node that was named may be the one that is hit.
            var everywhere = target with { Seeds = [.. target.Seeds, .. scene.Nodes.Select(node => node.Endpoint).Where(node => !target.Seeds.Any(node.IsSameClientAddress))] };
            var mark = await DrillMark.SetAsync(scene, everywhere, _time, cancellationToken).ConfigureAwait(false);
            await using var _ = mark.ConfigureAwait(false);
            return await new DrillRun(everywhere, scene, request, channel, progress, _time).RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync(channel).ConfigureAwait(false);
        }
    }

    private async Task<(DrillScene Scene, IFaultChannel? Channel)> PrepareAsync(DrillRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        DrillPlanner.Check(request);
        ProductionMark.Respect(environment, request.Force);
        var scene = DrillScene.Of(await ClusterSource.ObserveAsync(target, cancellationToken).ConfigureAwait(false), request);
        if (scene.Shards.MinBy(shard => shard.Replicas.Length) is { } fewest && request.Replicas > fewest.Replicas.Length)
        {
            throw NetBoxException.Usage($"no write to {fewest.Master.Name} can be confirmed by {Text.Count(request.Replicas, "replica")}: it has {fewest.Replicas.Length} in step");
        }

        if (request.Kind == DrillKind.Handover)
        {
            return (scene, null);
        }

        var nodes = scene.Target is { } shard ? [shard.Master] : scene.Nodes.ToArray();
        if (request.Kind == DrillKind.RestartAll)
        {
            await RequireLastingDataAsync(nodes, cancellationToken).ConfigureAwait(false);
        }

        var channel = await FaultChannels.ChooseAsync(channels?.Invoke() ?? Usual(), request.Kind, nodes, cancellationToken).ConfigureAwait(false);
        try
        {
            if (request.Kind == DrillKind.Kill && channel.Heals(Fault.Killed))
            {
                await RequireLastingDataAsync(nodes, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            await channel.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return (scene, channel);
    }

    private IReadOnlyList<IFaultChannel> Usual() =>
    [
        new AppHostChannel(environment),
        .. KubernetesChannel.IsThere(environment) ? [KubernetesChannel.Create()] : (IFaultChannel[])[],
        new ProcessChannel(target),
        new SleepChannel(target),
        new FirewallChannel(target),
    ];

    // Without a file a restart of everything is the loss of everything, the user's data included; and so it is for one shard where its master is
    // back before its replica has taken over, which copies the emptiness then: a supervisor may be quick, and a drill be interrupted.
    private async Task RequireLastingDataAsync(DrillNode[] nodes, CancellationToken cancellationToken)
    {
        var answers = await ClusterCall.RunAsync(
            target.Seeds, RespCommand.Of("INFO", "persistence"), NodeSelection.All, target.Settings, cancellationToken).ConfigureAwait(false);
        var forgetful = answers.Where(answer => nodes.Any(node => node.Endpoint.IsSameClientAddress(answer.Node))).FirstOrDefault(answer =>
            !answer.IsFine || !ServerInfo.TryParse(answer.Answer!.AsText(), out var info) || info.Values.GetValueOrDefault("aof_enabled") != "1");
        if (forgetful is not null)
        {
            throw new NetBoxException(
                ExitCode.Refused,
                nodes.Length > 1
                    ? $"{forgetful.Node.ToClientString()} has no append-only file: restarting all {nodes.Length} nodes would lose data. appendonly yes on every node, then run it again"
                    : $"{forgetful.Node.ToClientString()} has no append-only file: started again before its replica takes over it would be empty, and its replica like it. appendonly yes, then run it again");
        }
    }

    private static ValueTask DisposeAsync(IFaultChannel? channel) => channel?.DisposeAsync() ?? ValueTask.CompletedTask;
}
