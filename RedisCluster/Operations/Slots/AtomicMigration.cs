using System.Globalization;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Slots;

/// <summary>How far a migration that the servers do by themselves is.</summary>
internal enum AtomicState
{
    Active,
    Done,
    Failed,
    Cancelled,
}

/// <summary>A migration that the servers do by themselves, as one of them reports it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Slots">What it moves; null where that cannot be read.</param>
/// <param name="State">How far it is.</param>
/// <param name="Trouble">What went wrong so far; empty when nothing did. A change of it is no progress.</param>
internal sealed record AtomicJob(string Id, SlotSet? Slots, AtomicState State, string Trouble);

/// <summary>
/// Has the servers move slots with all their keys at once: until the last moment the source serves them, from then on the target. What an
/// interrupted run left going is waited for first.
/// </summary>
internal abstract class AtomicMigration(StepContext context, Repeater repeater, MoveSlots move)
{
    private static readonly TimeSpan PollPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(5);

    protected MoveSlots Move => move;

    protected string Purpose => string.Create(
        CultureInfo.InvariantCulture, $"{move.Source.ToClientString()} sends {move.Slots.Count} slots to {move.Target.ToClientString()}");

    /// <summary>The node that is asked about migrations.</summary>
    protected abstract NodeEndpoint Keeper { get; }

    /// <returns>False where the servers do not let us: nothing has been done then.</returns>
    public async Task<bool> TryRunAsync(CancellationToken token)
    {
        for (var attempt = 0; ; attempt++)
        {
            var left = move.Slots.Except(await SlotsOfAsync(move.Target, token).ConfigureAwait(false));
            if (left.IsEmpty)
            {
                break;
            }

            if (await ListAsync(token).ConfigureAwait(false) is not { } jobs)
            {
                return false;
            }

            if (jobs.FirstOrDefault(job => job.State == AtomicState.Active && Concerns(job, left)) is { } underWay)
            {
                context.Log.Report($"waiting for migration {underWay.Id} of {Keeper.ToClientString()}", "an interrupted run left it going");
                await EndOfAsync(underWay, token).ConfigureAwait(false);
                continue;
            }

            var (isLacking, started) = await BeginAsync(left, [.. jobs.Select(job => job.Id)], token).ConfigureAwait(false);
            if (isLacking)
            {
                return false;
            }

            if (started is not null)
            {
                await FinishAsync(started, token).ConfigureAwait(false);
                break;
            }

            await repeater.PauseAsync(attempt, $"{Purpose}: {Keeper.ToClientString()} has not begun it", token).ConfigureAwait(false);
        }

        await context.UntilAsync(
            async () => !move.Slots.IsSubsetOf(await SlotsOfAsync(move.Target, token).ConfigureAwait(false))
                    ? $"{move.Target.ToClientString()} does not say that the slots are its own"
                : move.Slots.Overlaps(await SlotsOfAsync(move.Source, token).ConfigureAwait(false))
                    ? $"{move.Source.ToClientString()} has not heard that {move.Target.ToClientString()} owns the slots"
                : null,
            token).ConfigureAwait(false);
        return true;
    }

    /// <summary>The migrations the keeper knows; null where it lacks the command or denies it.</summary>
    protected abstract Task<IReadOnlyList<AtomicJob>?> ListAsync(CancellationToken token);

    /// <summary>The command that begins one.</summary>
    protected abstract RespCommand Start(SlotSet slots);

    /// <summary>How the keeper called what it has begun; null where it does not say.</summary>
    protected abstract string? NameOf(RespValue answer);

    protected abstract RespCommand Cancel(AtomicJob job);

    protected async Task<RespValue> AskAsync(RespCommand command, CancellationToken token) =>
        (await repeater.SendAsync(Keeper, [command], Purpose, token).ConfigureAwait(false))[0];

    /// <summary>Whether an error means that there is no such command for us.</summary>
    protected static bool IsLacking(RespValue answer) =>
        answer.ErrorCode == "NOPERM" || (answer.IsError && SlotOpener.Says(answer, "unknown") && SlotOpener.Says(answer, "command"));

    protected ClusterException Refused(RespValue answer) => new(
        ClusterFault.Faults, $"{Keeper.ToClientString()} does not begin to move slots: {answer.AsText()}; every key is served by {move.Source.ToClientString()}, run it again");

    private static bool Concerns(AtomicJob job, SlotSet slots) => job.Slots?.Overlaps(slots) != false;

    // Sent once: whether a command whose answer got lost was carried out stands in the list of migrations.
    private async Task<(bool IsLacking, AtomicJob? Started)> BeginAsync(SlotSet slots, HashSet<string> known, CancellationToken token)
    {
        try
        {
            RespValue? answer = null;
            try
            {
                answer = await context.Pool.SendAnyAsync(Keeper, Start(slots), token).ConfigureAwait(false);
            }
            catch (Exception lost) when (lost is RespConnectionException and not RespAuthenticationException or RespTimeoutException)
            {
                context.Log.Report($"{Keeper.ToClientString()} is asked whether it has begun to move slots", lost.Message);
            }

            if (answer is { IsError: false } && NameOf(answer) is { } name)
            {
                return (false, new(name, slots, AtomicState.Active, ""));
            }

            if (answer is not null && IsLacking(answer))
            {
                return (true, null);
            }

            var begun = (await ListAsync(token).ConfigureAwait(false) ?? []).FirstOrDefault(job => !known.Contains(job.Id) && Concerns(job, slots));
            return begun is not null || answer is null || Repeater.IsPassing(answer.ErrorCode) ? (false, begun)
                : answer.IsError ? throw Refused(answer)
                : throw new ClusterException(
                    ClusterFault.Faults, $"{Keeper.ToClientString()} says that it moves slots, but lists no such migration; look at its migrations, then run it again");
        }
        catch (OperationCanceledException)
        {
            await CancelUnnamedAsync(slots, known).ConfigureAwait(false);
            throw;
        }
    }

    // The run was ended before it knew whether the keeper had begun, and what it calls it.
    private async Task CancelUnnamedAsync(SlotSet slots, HashSet<string> known)
    {
        using var limit = new CancellationTokenSource(CancelLimit, context.Time);
        try
        {
            foreach (var job in await ListAsync(limit.Token).ConfigureAwait(false) ?? [])
            {
                if (job.State == AtomicState.Active && !known.Contains(job.Id) && Concerns(job, slots))
                {
                    await CancelAsync(job).ConfigureAwait(false);
                }
            }
        }
        catch (Exception error) when (error is RespException or OperationCanceledException or ClusterException)
        {
            context.Log.Report($"{Keeper.ToClientString()} may have begun to move slots", $"{error.Message}; it may end well, and another run waits for it");
        }
    }

    private async Task FinishAsync(AtomicJob job, CancellationToken token)
    {
        AtomicJob end;
        try
        {
            end = await EndOfAsync(job, token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is RespException or OperationCanceledException)
        {
            await CancelAsync(job).ConfigureAwait(false);
            throw;
        }

        if (end.State != AtomicState.Done)
        {
            throw new ClusterException(
                ClusterFault.Faults,
                $"migration {end.Id} from {move.Source.ToClientString()} to {move.Target.ToClientString()} {(end.State == AtomicState.Failed ? "failed" : "was cancelled")}"
                + $"{(end.Trouble.Length > 0 ? $": {end.Trouble}" : "")}; every key is served by {move.Source.ToClientString()}, run it again");
        }
    }

    private async Task<AtomicJob> EndOfAsync(AtomicJob job, CancellationToken token)
    {
        var trouble = "";
        while (true)
        {
            var jobs = await ListAsync(token).ConfigureAwait(false) ?? [];
            var now = jobs.FirstOrDefault(known => known.Id == job.Id)
                ?? job with { State = AtomicState.Failed, Trouble = $"{Keeper.ToClientString()} has forgotten it; was it restarted?" };
            if (now.State != AtomicState.Active)
            {
                return now;
            }

            if (now.Trouble == trouble)
            {
                context.Progressed();
            }

            trouble = now.Trouble;
            context.Obstacle = $"{Purpose}: migration {now.Id} is not finished{(trouble.Length > 0 ? $" ({trouble})" : "")}";
            await Task.Delay(PollPause, context.Time, token).ConfigureAwait(false);
        }
    }

    private async Task CancelAsync(AtomicJob job)
    {
        using var limit = new CancellationTokenSource(CancelLimit, context.Time);
        try
        {
            await AskAsync(Cancel(job), limit.Token).ConfigureAwait(false);
            context.Log.Report($"migration {job.Id} cancelled", $"the run did not come to its end; {move.Source.ToClientString()} keeps the slots");
        }
        catch (Exception error) when (error is RespException or OperationCanceledException)
        {
            context.Log.Report($"migration {job.Id} could not be cancelled", $"{error.Message}; it may still end well, and another run waits for it");
        }
    }

    private async Task<SlotSet> SlotsOfAsync(NodeEndpoint node, CancellationToken token) =>
        ClusterView.Parse((await repeater.SendAsync(node, NodeReader.ClusterNodes, Purpose, token).ConfigureAwait(false)).AsText()).Myself.Slots;
}
