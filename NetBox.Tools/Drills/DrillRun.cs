using System.Globalization;
using NetBox.Tools.Cluster;
using NetBox.Tools.Drills.Faults;
using NetBox.Tools.Drills.Load;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace NetBox.Tools.Drills;

/// <summary>One drill from its first write to its report.</summary>
internal sealed class DrillRun(
    ClusterTarget target, DrillScene scene, DrillRequest request, IFaultChannel? channel, IProgress<DrillEvent> progress, TimeProvider time)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan HealPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ComesBackAnyway = TimeSpan.FromSeconds(5);

    private readonly Recovery _recovery = new(target, scene, time);
    private readonly List<string> _notes = [];
    private readonly IReadOnlyList<DrillNode> _nodes = scene.Target is { } shard ? [shard.Master] : scene.Nodes;
    private readonly Fault _fault = FaultNames.Of(request.Kind);

    private TimeSpan Patience => DrillPlanner.Patience(scene.NodeTimeout);

    public async Task<DrillReport> RunAsync(CancellationToken cancellationToken)
    {
        var plan = DrillPlanner.Plan(scene, request, channel);
        var startedAt = time.GetUtcNow();
        IDrillLoad load = request.App is { } app ? new AppLoad(app, request.Writers, time) : new ClusterLoad(scene, request, target, time);
        await using var _ = load.ConfigureAwait(false);
        Say(DrillPhase.Prepare, request.App is null ? $"writing to {Text.Count(scene.Shards.Length, "shard")}" : $"calling {request.App}");
        await load.StartAsync(cancellationToken).ConfigureAwait(false);
        await Task.Delay(Pace, time, cancellationToken).ConfigureAwait(false);

        var fault = time.GetTimestamp();
        await (request.Kind == DrillKind.Handover ? HandOverAsync(cancellationToken) : BreakAndMendAsync(load, fault, cancellationToken)).ConfigureAwait(false);
        var mended = time.GetTimestamp();
        await AwaitWritesAsync(load, mended, cancellationToken).ConfigureAwait(false);
        var redundancy = await AwaitRedundancyAsync(cancellationToken).ConfigureAwait(false);
        var recovered = time.GetTimestamp();
        var placement = await RestorePlacementAsync(redundancy is not null, cancellationToken).ConfigureAwait(false);
        await Task.Delay(Pace, time, cancellationToken).ConfigureAwait(false);

        Say(DrillPhase.Count, "comparing what was acknowledged with what is stored");
        var ended = time.GetTimestamp();
        var results = await load.EndAsync(cancellationToken).ConfigureAwait(false);
        return DrillAccount.Report(plan, startedAt, results, new(fault, mended, recovered, redundancy, placement, ended, _notes), channel?.Heals(_fault) ?? true, time);
    }

    private async Task BreakAndMendAsync(IDrillLoad load, long fault, CancellationToken cancellationToken)
    {
        try
        {
            // Not cut short: half made it could not be undone for certain.
            await channel!.InflictAsync(_fault, _nodes, request.Duration ?? Patience, CancellationToken.None).ConfigureAwait(false);
            Say(DrillPhase.Fault, $"{WhoIsHit()} {_fault.Verb()}");
            if (request.Kind != DrillKind.RestartAll)
            {
                await AwaitTakeoverAsync(load, fault, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            // Whatever happened meanwhile, an interruption included: nothing stays stopped or frozen.
            if (channel!.Heals(_fault))
            {
                using var limit = new CancellationTokenSource(HealPatience, time);
                await channel.HealAsync(_fault, _nodes, limit.Token).ConfigureAwait(false);
                Say(DrillPhase.Heal, $"{WhoIsHit()} {(channel.HealsByItself ? "to be " : string.Empty)}{_fault.HealedVerb()}{(channel.HealsByItself ? $" by {channel.Name}" : string.Empty)}");
            }
        }
    }

    private async Task AwaitTakeoverAsync(IDrillLoad load, long fault, CancellationToken cancellationToken)
    {
        if (request.Duration is { } duration)
        {
            await Task.Delay(duration, time, cancellationToken).ConfigureAwait(false);
            return;
        }

        var heir = await _recovery.AwaitTakeoverAsync(load, fault, Patience, cancellationToken).ConfigureAwait(false);
        if (heir is not null)
        {
            Say(DrillPhase.Fault, $"{heir} has taken over");
        }
        else
        {
            _notes.Add($"no replica of {scene.Target!.Master.Name} took over within {Text.Milliseconds(Patience.TotalMilliseconds)}");
        }
    }

    private async Task AwaitWritesAsync(IDrillLoad load, long since, CancellationToken cancellationToken)
    {
        if (await _recovery.UntilAsync(() => Task.FromResult(load.IsAcknowledgedSince(since)), Patience, cancellationToken).ConfigureAwait(false) is null)
        {
            _notes.Add($"writes were not acknowledged everywhere within {Text.Milliseconds(Patience.TotalMilliseconds)}");
        }
        else
        {
            Say(DrillPhase.Recover, "writes are acknowledged everywhere");
        }
    }

    private async Task<long?> AwaitRedundancyAsync(CancellationToken cancellationToken)
    {
        var heals = channel?.Heals(_fault) ?? true;
        var patience = heals ? Patience + HealPatience : ComesBackAnyway;
        var at = await _recovery.UntilAsync(async () => await _recovery.IsRedundantAsync(cancellationToken).ConfigureAwait(false), patience, cancellationToken).ConfigureAwait(false);
        if (at is not null)
        {
            Say(DrillPhase.Recover, "every shard has its replicas in step");
        }
        else
        {
            _notes.Add(heals
                ? $"not every shard had its replicas in step again within {Text.Milliseconds(patience.TotalMilliseconds)}"
                : $"{WhoIsHit()} not started again: that is for whoever started it");
        }

        return at;
    }

    private async Task<long?> RestorePlacementAsync(bool isRedundant, CancellationToken cancellationToken)
    {
        if (!isRedundant)
        {
            return null;
        }

        foreach (var former in await _recovery.DeposedAsync(cancellationToken).ConfigureAwait(false))
        {
            Say(DrillPhase.Recover, $"handing {Text.Count(former.Slots.Count, "slot")} back to {former.Master.Name}");
            if (await TryFailoverAsync(new() { Replica = former.Master.Id.ToString() }, cancellationToken).ConfigureAwait(false) is { } problem)
            {
                _notes.Add($"{former.Master.Name} did not get its {Text.Count(former.Slots.Count, "slot")} back: {problem}");
                return null;
            }
        }

        return time.GetTimestamp();
    }

    private async Task HandOverAsync(CancellationToken cancellationToken)
    {
        var shard = scene.Target!;
        Say(DrillPhase.Fault, $"{shard.Master.Name} hands over");
        if (await TryFailoverAsync(new() { Shard = shard.Master.Id.ToString() }, cancellationToken).ConfigureAwait(false) is { } problem)
        {
            throw new NetBoxException(ExitCode.Faults, $"{shard.Master.Name} could not hand over: {problem}");
        }
    }

    private async Task<string?> TryFailoverAsync(FailoverRequest failover, CancellationToken cancellationToken)
    {
        try
        {
            await ClusterFailover.RunAsync(
                target.Seeds, failover, new() { Connection = target.Settings, StallLimit = Patience, TimeProvider = time }, progress: null, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (ClusterException exception)
        {
            return exception.Message;
        }
    }

    private string WhoIsHit() => scene.Target is { } shard
        ? $"{shard.Master.Name}{(channel?.NameOf(shard.Master) is { } name ? $" ({name})" : string.Empty)} is"
        : string.Create(CultureInfo.InvariantCulture, $"all {scene.Nodes.Length} nodes are");

    private void Say(DrillPhase phase, string text) => progress.Report(new(time.GetUtcNow(), phase, text));
}
