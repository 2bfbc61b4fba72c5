using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Waits until every node answers; gives up at once on what waiting does not mend.</summary>
internal sealed class NodeWait(NodePool pool, CreateOptions options, ProgressLog log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    public async Task<ClusterObservation> ForAllAsync(
        IReadOnlyList<NodeEndpoint> nodes, CancellationToken token, CancellationToken ofCaller)
    {
        var seen = new NodeObservation?[nodes.Count];
        var time = options.TimeProvider.GetUtcNow();
        try
        {
            await Task.WhenAll(nodes.Select((node, i) => ForOneAsync(node, seen, i, token))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!ofCaller.IsCancellationRequested)
        {
            var missing = seen.Where(node => node is not { IsReachable: true }).ToList();
            var reasons = Problems.List([.. nodes.Zip(seen).Where(pair => pair.Second is not { IsReachable: true }).Select(pair =>
                $"{pair.First.ToClientString()} ({pair.Second?.Problem?.Message ?? "no answer"})")]);
            throw new ClusterException(
                ClusterFault.Unreachable,
                $"{missing.Count} of {nodes.Count} nodes did not answer within {options.Deadline.TotalSeconds:0.###} s: {reasons}");
        }

        return new([.. seen.OfType<NodeObservation>()], time);
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
