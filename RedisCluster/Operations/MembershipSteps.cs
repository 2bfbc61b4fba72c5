using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Does the steps by which nodes join a cluster and leave it.</summary>
internal sealed class MembershipSteps(StepContext context, IReadOnlyList<Meet> meets)
{
    // What was on its way to a node has been read by then: it reads all of its links at every turn, and turns ten times a second at least.
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(250);

    public async Task CopyFunctionsAsync(CopyFunctions step, CancellationToken token)
    {
        var dump = await context.Pool.SendAsync(step.Source, RespCommand.Of("FUNCTION", "DUMP"), token).ConfigureAwait(false);
        // The plan saw to it that whatever is there already is the same.
        await context.Pool.SendAsync(step.Node, RespCommand.Of("FUNCTION", "RESTORE", dump.Bytes, "REPLACE"), token).ConfigureAwait(false);
    }

    public async Task ConfirmFreshAsync(ConfirmFresh step, CancellationToken token)
    {
        var seen = await NodeReader.ReadAsync(context.Pool, step.Node, token).ConfigureAwait(false);
        var name = step.Node.ToClientString();
        var what = seen.Problem is { } problem ? throw new ClusterException(ClusterFault.Unreachable, $"{name}: {problem.Message}")
            : seen.MyId != step.Id ? $"another node answers at {name} by now, {seen.MyId?.ToShortString()}"
            : seen.View!.Nodes.Any(node => !node.IsHandshake && !step.Members.Contains(node.Id) && !node.IsMyself) ? $"{name} has joined another cluster by now"
            : seen.KeyCount != 0 && !step.Members.Contains(step.Id) ? $"{name} holds keys by now"
            : null;
        if (what is not null)
        {
            throw new ClusterException(ClusterFault.Refused, $"{what}: nothing was joined; look at the node, then run it again");
        }
    }

    public Task AwaitMembershipAsync(AwaitMembership step, CancellationToken token)
    {
        var agreement = new Agreement(context.Pool, meets, null, step.Nodes, context.Time, isStateAsked: false);
        return context.UntilAsync(() => agreement.ObstacleAsync(token), token);
    }

    public Task ForgetAsync(Forget step, CancellationToken token) =>
        context.UntilAsync(
            async () =>
            {
                var view = await ViewAsync(step.Node, token).ConfigureAwait(false);
                var name = step.Node.ToClientString();
                if (view.Find(step.Id) is not { } leaving)
                {
                    return null;
                }

                // A node that is forgotten takes its slots and the replicas' master with it.
                if (!leaving.Slots.IsEmpty)
                {
                    return $"{name} has not heard yet that {step.Id.ToShortString()} gave its slots away";
                }

                if (view.Nodes.FirstOrDefault(node => node.MasterId == step.Id && node is { IsFailed: false, IsPossiblyFailed: false }) is { } follower)
                {
                    return $"{name} still sees {follower.Address.ToClientString()} follow {step.Id.ToShortString()}";
                }

                return await ForgetAsync(step.Node, step.Id, token).ConfigureAwait(false);
            },
            token);

    public Task AwaitForgottenAsync(AwaitForgotten step, CancellationToken token)
    {
        var calmSince = context.Time.GetTimestamp();
        return context.UntilAsync(
            async () =>
            {
                var obstacles = await Task.WhenAll(step.Nodes.Select(node => ForgetAgainAsync(node, step, token))).ConfigureAwait(false);
                if (obstacles.FirstOrDefault(obstacle => obstacle is not null) is { } still)
                {
                    calmSince = context.Time.GetTimestamp();
                    return still;
                }

                return context.Time.GetElapsedTime(calmSince) < Calm ? $"it is being watched that nobody lists {step.Id.ToShortString()} again" : null;
            },
            token);
    }

    public async Task ResetAsync(ResetNode step, CancellationToken token)
    {
        var seen = await NodeReader.ReadAsync(context.Pool, step.Node, token).ConfigureAwait(false);
        var name = step.Node.ToClientString();
        if (seen.Problem is { } problem)
        {
            throw new ClusterException(ClusterFault.Unreachable, $"{name} has left the cluster, but was not reset: {problem.Message}");
        }

        var myself = seen.View!.Myself;
        var what = myself.Id != step.Id ? $"another node answers there by now, {myself.Id.ToShortString()}"
            : !myself.Slots.IsEmpty ? $"it believes to own {myself.Slots.Count} slots"
            : myself.IsMaster && seen.KeyCount != 0 ? $"it holds {seen.KeyCount} keys"
            : myself.MasterId is { } master && !await IsMasterThereAsync(master, step.Members, token).ConfigureAwait(false)
                ? $"it holds a copy of the keys of {master.ToShortString()}, which does not answer"
            : null;
        if (what is not null)
        {
            throw new ClusterException(ClusterFault.Refused, $"{name} has left the cluster, but was not reset: {what}; look at it before you reset it yourself");
        }

        await context.Pool.SendAsync(step.Node, RespCommand.Of("CLUSTER", "RESET", "SOFT"), token).ConfigureAwait(false);
        await EmptyDiskAsync(step.Node, token).ConfigureAwait(false);
    }

    // A replica's memory is empty after its reset, its disk is not: the copy would be back at its next start, and the node be nobody's that
    // holds keys. FLUSHALL is written to the disk even where there is nothing to flush.
    private async Task EmptyDiskAsync(NodeEndpoint node, CancellationToken token)
    {
        var seen = await NodeReader.ReadAsync(context.Pool, node, token).ConfigureAwait(false);
        if (seen is { KeyCount: 0, View: { Nodes.Length: 1, Myself: { IsMaster: true, Slots.IsEmpty: true } } })
        {
            var connection = await context.Pool.GetAsync(node, token).ConfigureAwait(false);
            if (await connection.TrySendAsync(RespCommand.Of("FLUSHALL"), token).ConfigureAwait(false) is { IsError: true } refusal)
            {
                context.Log.Report($"{node.ToClientString()}: what it had on its disk stays there", refusal.AsText());
            }
        }
    }

    private async Task<bool> IsMasterThereAsync(NodeId master, IEnumerable<NodeEndpoint> members, CancellationToken token)
    {
        var selves = await Task.WhenAll(members.Select(member => NodeReader.ReadAsync(context.Pool, member, token))).ConfigureAwait(false);
        return selves.Any(self => self is { IsReachable: true, View.Myself.IsMaster: true } && self.MyId == master);
    }

    // Null where it was not listed.
    private async Task<string?> ForgetAgainAsync(NodeEndpoint node, AwaitForgotten step, CancellationToken token)
    {
        var view = await ViewAsync(node, token).ConfigureAwait(false);
        var listed = view.Nodes.Where(known => known.Id == step.Id
            || (known.IsHandshake && known.Address.Port == step.Address?.Port && known.Address.Ip == step.Address.Ip)).ToList();
        foreach (var known in listed)
        {
            await ForgetAsync(node, known.Id, token).ConfigureAwait(false);
        }

        return listed.Count == 0 ? null : $"{node.ToClientString()} still lists {step.Id.ToShortString()}";
    }

    /// <returns>Null when it is forgotten; else why it cannot be just now.</returns>
    private async Task<string?> ForgetAsync(NodeEndpoint node, NodeId id, CancellationToken token)
    {
        var connection = await context.Pool.GetAsync(node, token).ConfigureAwait(false);
        var answer = await connection.TrySendAsync(RespCommand.Of("CLUSTER", "FORGET", id.ToString()), token).ConfigureAwait(false);
        return answer.ErrorCode is not { } code || answer.AsText().Contains("Unknown node", StringComparison.OrdinalIgnoreCase) ? null
            : answer.AsText().Contains("forget my master", StringComparison.OrdinalIgnoreCase) ? $"{node.ToClientString()} follows {id.ToShortString()} still"
            : throw new RespServerException(code, answer.AsText(), node.ToClientString(), "CLUSTER FORGET");
    }

    private async Task<ClusterView> ViewAsync(NodeEndpoint node, CancellationToken token) =>
        ClusterView.Parse((await context.Pool.SendAsync(node, NodeReader.ClusterNodes, token).ConfigureAwait(false)).AsText());
}
