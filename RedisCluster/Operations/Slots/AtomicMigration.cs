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
        while (true)
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

            if (jobs.FirstOrDefault(job => job.State == AtomicState.Active && job.Slots?.Overlaps(left) != false) is { } underWay)
            {
                context.Log.Report($"waiting for migration {underWay.Id} of {Keeper.ToClientString()}", "an interrupted run left it going");
                await EndOfAsync(underWay, token).ConfigureAwait(false);
                continue;
            }

            if (await StartAsync(left, jobs, token).ConfigureAwait(false) is not { } started)
            {
                return false;
            }

            await FinishAsync(started, token).ConfigureAwait(false);
            break;
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

    /// <summary>Begins one; null where the command is lacking or denied.</summary>
    protected abstract Task<AtomicJob?> StartAsync(SlotSet slots, IReadOnlyList<AtomicJob> before, CancellationToken token);

    protected abstract RespCommand Cancel(AtomicJob job);

    protected async Task<RespValue> AskAsync(RespCommand command, CancellationToken token) =>
        (await repeater.SendAsync(Keeper, [command], Purpose, token).ConfigureAwait(false))[0];

    /// <summary>Whether an error means that there is no such command for us.</summary>
    protected static bool IsLacking(RespValue answer) =>
        answer.ErrorCode == "NOPERM" || (answer.IsError && SlotOpener.Says(answer, "unknown") && SlotOpener.Says(answer, "command"));

    protected ClusterException Refused(RespValue answer) => new(
        ClusterFault.Faults, $"{Keeper.ToClientString()} does not begin to move slots: {answer.AsText()}; every key is served by {move.Source.ToClientString()}, run it again");

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
