using System.Collections.Concurrent;
using System.Globalization;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Does the steps that give all nodes one node timeout.</summary>
internal sealed class NodeTimeoutSteps(StepContext context)
{
    private readonly ConcurrentDictionary<NodeEndpoint, string> _failed = new();

    public async Task SetAsync(SetNodeTimeout step, CancellationToken token)
    {
        try
        {
            var milliseconds = (long)step.Timeout.TotalMilliseconds;
            await context.Pool.SendAsync(step.Node, RespCommand.Of("CONFIG", "SET", "cluster-node-timeout", milliseconds), token).ConfigureAwait(false);
            var connection = await context.Pool.GetAsync(step.Node, token).ConfigureAwait(false);
            var kept = await connection.TrySendAsync(RespCommand.Of("CONFIG", "REWRITE"), token).ConfigureAwait(false);
            if (kept.IsError && kept.AsText().Contains("without a config file", StringComparison.OrdinalIgnoreCase))
            {
                context.Log.Report($"{step.Node.ToClientString()}: set until it restarts", "it runs without a configuration file to keep it in");
            }
            else if (kept.IsError)
            {
                _failed[step.Node] = $"set, but not kept: {kept.AsText()}";
            }
        }
        catch (RespException error)
        {
            _failed[step.Node] = Problems.Of(error, step.Node).Message;
        }
    }

    public async Task VerifyAsync(VerifyNodeTimeouts step, CancellationToken token)
    {
        await Task.WhenAll(step.Nodes.Select(async node =>
        {
            var seen = await NodeReader.ReadAsync(context.Pool, node, token).ConfigureAwait(false);
            if (seen.Problem is { } problem)
            {
                _failed.TryAdd(node, problem.Message);
            }
            else if (seen.NodeTimeout != step.Timeout)
            {
                _failed.TryAdd(node, seen.NodeTimeout is { } other ? string.Create(CultureInfo.InvariantCulture, $"has {other.TotalMilliseconds:0} ms") : "does not tell its timeout");
            }
        })).ConfigureAwait(false);
        if (!_failed.IsEmpty)
        {
            var reasons = Names.List([.. step.Nodes.Where(_failed.ContainsKey).Select(node => $"{node.ToClientString()} ({_failed[node]})")]);
            throw new ClusterException(
                ClusterFault.Faults, $"{step.Nodes.Length - _failed.Count} of {step.Nodes.Length} nodes have the new timeout; not so: {reasons}; run it again when they are well");
        }
    }
}
