using NetBox.Tools.Cluster;
using NetBox.Tools.Drills.Load;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace NetBox.Tools.Drills;

/// <summary>Watches a cluster become again what it was.</summary>
internal sealed class Recovery(ClusterTarget target, DrillScene scene, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>A node that does not answer costs every look this much.</summary>
    private static readonly TimeSpan LookPatience = TimeSpan.FromMilliseconds(750);

    /// <summary>After the node timeout and this the same master still serves: somebody started it again before a replica could take over.</summary>
    private static readonly TimeSpan RestartedFirst = TimeSpan.FromSeconds(5);

    /// <summary>Waits until a replica serves the target's slots, or the target itself does again where something restarted it first.</summary>
    /// <returns>Who serves them; null when the time was up.</returns>
    public async Task<string?> AwaitTakeoverAsync(IDrillLoad load, long fault, TimeSpan patience, CancellationToken cancellationToken)
    {
        var former = scene.Target!.Master;
        string? heir = null;
        var alone = scene.NodeTimeout + RestartedFirst;
        await UntilAsync(
            async () =>
            {
                var summary = await LookAsync(cancellationToken).ConfigureAwait(false);
                if (OwnerOf(summary, scene.Target) is not { Master: { IsReachable: true } master })
                {
                    return false;
                }

                heir = master.Endpoint.ToClientString();
                return master.Id != former.Id
                    || (time.GetElapsedTime(fault) > alone && load.IsAcknowledgedSince(fault + (long)(scene.NodeTimeout.TotalSeconds * time.TimestampFrequency)));
            },
            patience,
            cancellationToken).ConfigureAwait(false);
        return heir;
    }

    /// <summary>Whether every shard has as many replicas in step as when the drill began, and all nodes agree.</summary>
    public async Task<bool> IsRedundantAsync(CancellationToken cancellationToken)
    {
        var summary = await LookAsync(cancellationToken).ConfigureAwait(false);
        return summary is { StateOk: true, NodesAgree: true } && scene.Shards.All(before =>
            OwnerOf(summary, before) is { Master: { IsReachable: true, IsFailed: false } } now
            && now.Replicas.Count(replica => replica is { IsReachable: true, IsFailed: false, IsMasterLinkUp: true }) >= before.Replicas.Length);
    }

    /// <summary>The shards that have another master than when the drill began.</summary>
    public async Task<IReadOnlyList<DrillShard>> DeposedAsync(CancellationToken cancellationToken)
    {
        var summary = await LookAsync(cancellationToken).ConfigureAwait(false);
        return [.. scene.Shards.Where(before => OwnerOf(summary, before) is { } now && now.Master.Id != before.Master.Id)];
    }

    /// <summary>Asks until it is true.</summary>
    /// <returns>When it was, a timestamp; null when the time was up.</returns>
    public async Task<long?> UntilAsync(Func<Task<bool>> condition, TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            if (await condition().ConfigureAwait(false))
            {
                return time.GetTimestamp();
            }

            if (time.GetElapsedTime(started) > patience)
            {
                return null;
            }

            await Task.Delay(Poll, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static ShardSummary? OwnerOf(ClusterSummary summary, DrillShard shard) =>
        summary.Shards.FirstOrDefault(now => now.Master.Slots.Contains(shard.Slots.First()));

    private async Task<ClusterSummary> LookAsync(CancellationToken cancellationToken)
    {
        var settings = target.Settings with { ConnectTimeout = LookPatience, CommandTimeout = LookPatience };
        return ClusterSummary.Of(await ClusterObserver.ObserveAsync(target.Seeds, discover: true, settings, cancellationToken).ConfigureAwait(false));
    }
}
