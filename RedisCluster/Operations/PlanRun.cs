using RedisCluster.Planning;
using RedisCluster.Protocol;

namespace RedisCluster.Operations;

/// <summary>Carries the phases of a plan out: one after the other, the nodes of a phase at once, the steps of a node in their order.</summary>
/// <param name="context">What the steps share.</param>
/// <param name="limit">The time that is up when the token of a run is cancelled and the caller's is not, for the message.</param>
/// <param name="afterStep">Called after each step, which are done strictly one after another then; null for nobody.</param>
internal sealed class PlanRun(StepContext context, TimeSpan limit, AfterStep? afterStep)
{
    private int _stepsDone;

    public int StepsDone => _stepsDone;

    /// <summary>Told each phase that is done, and how long it took.</summary>
    public Action<PlanPhase, TimeSpan>? PhaseDone { get; init; }

    /// <exception cref="ClusterException">Time is up, or a node refuses a step.</exception>
    /// <exception cref="RespException">A node was lost on the way.</exception>
    public async Task RunAsync(
        IReadOnlyList<PlanPhase> phases, ClusterLayout? layout, CancellationToken token, CancellationToken ofCaller)
    {
        var runner = new StepRunner(context, [.. phases.SelectMany(phase => phase.Steps)], layout);
        var putBack = true;
        try
        {
            foreach (var phase in phases)
            {
                var start = context.Time.GetTimestamp();
                var summary = PlanText.Summary(phase);
                await RunAsync(runner, phase, summary is not null, token).ConfigureAwait(false);
                if (summary is { } line)
                {
                    context.Log.Report(line.Text, line.Reason);
                }

                PhaseDone?.Invoke(phase, context.Time.GetElapsedTime(start));
            }

            putBack = false;
        }
        catch (InjectedKillException)
        {
            putBack = false;
            throw;
        }
        catch (OperationCanceledException) when (!ofCaller.IsCancellationRequested)
        {
            throw new ClusterException(
                ClusterFault.Faults, $"not done within {limit.TotalSeconds:0.###} s: {context.Obstacle}; run it again to go on from here");
        }
        catch (RespServerException error)
        {
            throw new ClusterException(ClusterFault.Faults, $"{error.Message}; look at the node, then run it again to go on from here", error);
        }
        finally
        {
            if (putBack)
            {
                await runner.PutBackTimeoutsAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task RunAsync(StepRunner runner, PlanPhase phase, bool isSummedUp, CancellationToken token)
    {
        if (afterStep is not null)
        {
            foreach (var step in phase.Steps)
            {
                await RunAsync(runner, step, isSummedUp, token).ConfigureAwait(false);
                afterStep(_stepsDone, step);
            }

            return;
        }

        using var phaseEnd = CancellationTokenSource.CreateLinkedTokenSource(token);
        var ofNodes = phase.Steps.GroupBy(OrderOf).Select(async steps =>
        {
            try
            {
                foreach (var step in steps)
                {
                    await RunAsync(runner, step, isSummedUp, phaseEnd.Token).ConfigureAwait(false);
                }
            }
            catch
            {
                // One node's failure ends the phase: the others need not wait for the deadline.
                await phaseEnd.CancelAsync().ConfigureAwait(false);
                throw;
            }
        });
        await AllAsync([.. ofNodes]).ConfigureAwait(false);
    }

    // Moves of slots know by themselves how much their nodes can take at once.
    private static object? OrderOf(PlanStep step) => step is MoveSlots ? step : step.Actor();

    private async Task RunAsync(StepRunner runner, PlanStep step, bool isSummedUp, CancellationToken token)
    {
        await runner.RunAsync(step, token).ConfigureAwait(false);
        Interlocked.Increment(ref _stepsDone);
        context.Progressed();
        if (!isSummedUp || step is not Meet)
        {
            context.Log.Report(step.Describe(), step.Reason);
        }
    }

    // Like WhenAll, but what ended the others matters more than that they were ended.
    private static async Task AllAsync(Task[] tasks)
    {
        try
        {
            await Task.WhenAll(tasks).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            if (tasks.FirstOrDefault(task => task.IsFaulted) is { } cause)
            {
                await cause.ConfigureAwait(false);
            }

            throw;
        }
    }
}
