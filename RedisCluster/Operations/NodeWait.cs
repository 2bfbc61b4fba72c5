using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>
/// Waits until every node answers, or until those that do have long been a cluster that includes the others; gives up at once on what
/// waiting does not mend.
/// </summary>
internal sealed class NodeWait(NodePool pool, CreateOptions options, ProgressLog log, Func<ClusterObservation, bool> isFormed)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>After this long a lost member of a formed cluster is a matter for the check, not for waiting.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    public async Task<ClusterObservation> ForAllAsync(
        IReadOnlyList<NodeEndpoint> nodes, CancellationToken token, CancellationToken ofCaller)
    {
        var seen = new NodeObservation?[nodes.Count];
        var time = options.TimeProvider.GetUtcNow();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(token);
        try
        {
            var all = Task.WhenAll(nodes.Select((node, i) => ForOneAsync(node, seen, i, enough.Token)));
            if (await Task.WhenAny(all, Task.Delay(Grace, options.TimeProvider, token)).ConfigureAwait(false) != all)
            {
                await UntilFormedAsync(all, seen, time, token).ConfigureAwait(false);
                await enough.CancelAsync().ConfigureAwait(false);
            }

            await all.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested && !token.IsCancellationRequested)
        {
            log.Report("some nodes do not answer", "the others are the cluster asked for already");
        }
        catch (OperationCanceledException) when (!ofCaller.IsCancellationRequested)
        {
            var missing = seen.Where(node => node is not { IsReachable: true }).ToList();
            var reasons = Names.List([.. nodes.Zip(seen).Where(pair => pair.Second is not { IsReachable: true }).Select(pair =>
                $"{pair.First.ToClientString()} ({pair.Second?.Problem?.Message ?? "no answer"})")]);
            throw new ClusterException(
                ClusterFault.Unreachable,
                $"{missing.Count} of {nodes.Count} nodes did not answer within {options.Deadline.TotalSeconds:0.###} s: {reasons}");
        }

        return new([.. nodes.Zip(seen, (node, said) => said ?? new() { Endpoint = node, Problem = new(NodeProblemKind.Unreachable, "no answer") })], time);
    }

    private async Task UntilFormedAsync(Task all, NodeObservation?[] seen, DateTimeOffset time, CancellationToken token)
    {
        while (!all.IsCompleted && !isFormed(new([.. seen.OfType<NodeObservation>()], time)))
        {
            await Task.WhenAny(all, Task.Delay(LongestPause, options.TimeProvider, token)).ConfigureAwait(false);
            token.ThrowIfCancellationRequested();
        }
    }

    private async Task ForOneAsync(NodeEndpoint node, NodeObservation?[] seen, int index, CancellationToken token)
    {
        var pause = FirstPause;
        string? told = null;
        while (true)
        {
            var read = await NodeReader.ReadAsync(pool, node, token).ConfigureAwait(false);
            seen[index] = read;
            if (read.Problem is not { Kind: NodeProblemKind.Unreachable } problem)
            {
                return;
            }

            if (told != problem.Message)
            {
                told = problem.Message;
                log.Report($"waiting for {node.ToClientString()}", problem.Message);
            }

            await Task.Delay(pause, options.TimeProvider, token).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
