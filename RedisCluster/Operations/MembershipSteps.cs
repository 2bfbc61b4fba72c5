using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Does the steps by which nodes join a cluster and leave it.</summary>
internal sealed class MembershipSteps(StepContext context, IReadOnlyList<Meet> meets)
{
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

                await ForgetAsync(step.Node, step.Id, token).ConfigureAwait(false);
                return null;
            },
            token);

    public Task AwaitForgottenAsync(AwaitForgotten step, CancellationToken token) =>
        context.UntilAsync(
            async () =>
            {
                var lists = await Task.WhenAll(step.Nodes.Select(async node =>
                {
                    var isListed = (await ViewAsync(node, token).ConfigureAwait(false)).Find(step.Id) is not null;
                    if (isListed)
                    {
                        await ForgetAsync(node, step.Id, token).ConfigureAwait(false);
                    }

                    return isListed ? node : null;
                })).ConfigureAwait(false);
                return lists.FirstOrDefault(node => node is not null) is { } still ? $"{still.ToClientString()} still lists {step.Id.ToShortString()}" : null;
            },
            token);

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
    }

    private async Task<bool> IsMasterThereAsync(NodeId master, IEnumerable<NodeEndpoint> members, CancellationToken token)
    {
        var selves = await Task.WhenAll(members.Select(member => NodeReader.ReadAsync(context.Pool, member, token))).ConfigureAwait(false);
        return selves.Any(self => self is { IsReachable: true, View.Myself.IsMaster: true } && self.MyId == master);
    }

    private async Task ForgetAsync(NodeEndpoint node, NodeId id, CancellationToken token)
    {
        var connection = await context.Pool.GetAsync(node, token).ConfigureAwait(false);
        var answer = await connection.TrySendAsync(RespCommand.Of("CLUSTER", "FORGET", id.ToString()), token).ConfigureAwait(false);
        if (answer.ErrorCode is { } code && !answer.AsText().Contains("Unknown node", StringComparison.OrdinalIgnoreCase))
        {
            throw new RespServerException(code, answer.AsText(), node.ToClientString(), "CLUSTER FORGET");
        }
    }

    private async Task<ClusterView> ViewAsync(NodeEndpoint node, CancellationToken token) =>
        ClusterView.Parse((await context.Pool.SendAsync(node, NodeReader.ClusterNodes, token).ConfigureAwait(false)).AsText());
}
