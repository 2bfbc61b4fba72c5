using System.Globalization;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Does the steps by which a replica takes its master's place.</summary>
internal sealed class Handover(StepContext context)
{
    /// <summary>A server gives a manual failover up after 5 s; only then a second one does not disturb the first.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5.5);

    public async Task TakeOverAsync(TakeOver step, CancellationToken token)
    {
        var name = step.Node.ToClientString();
        var again = Again;
        long? sent = null;
        await context.UntilAsync(
            async () =>
            {
                var view = await ViewAsync(step.Node, token).ConfigureAwait(false);
                var myself = view.Myself;
                if (myself is { IsMaster: true, Slots.IsEmpty: false })
                {
                    if (sent is null || IsFollowed(view, step.MasterId))
                    {
                        return null;
                    }

                    again = await ElectionMemoryAsync(step.Node, token).ConfigureAwait(false);
                    return string.Create(
                        CultureInfo.InvariantCulture,
                        $"{name} took over with the votes of an election it won before, which nobody follows; it is asked again {again.TotalSeconds:0.#} s after the first time");
                }

                if (sent is null || context.Time.GetElapsedTime(sent.Value) > again)
                {
                    if (myself.MasterId != step.MasterId)
                    {
                        throw new ClusterException(ClusterFault.Faults, $"{name} does not follow {step.Master.ToClientString()} any more: look again, then run it again");
                    }

                    sent = context.Time.GetTimestamp();
                    await context.Pool.SendAsync(step.Node, CommandOf(step.Mode), token).ConfigureAwait(false);
                }

                return step.Mode == FailoverMode.Planned
                    ? $"{name} has not taken over from {step.Master.ToClientString()} yet"
                    : $"{name} has not taken over yet: a majority of the masters has to vote for it";
            },
            token).ConfigureAwait(false);
    }

    public Task AwaitRolesAsync(AwaitRoles step, CancellationToken token) =>
        context.UntilAsync(
            async () =>
            {
                var views = await Task.WhenAll(step.Nodes.Select(async node => (Node: node, View: await ViewAsync(node, token).ConfigureAwait(false)))).ConfigureAwait(false);
                if (views.FirstOrDefault(seen => seen.View.Myself.Id == step.NewMaster) is { View.Myself.IsReplica: true } lost)
                {
                    var master = lost.View.Myself.MasterId is { } id && lost.View.Find(id) is { } heir ? heir.Address.ToClientString() : "another node";
                    throw new ClusterException(
                        ClusterFault.Faults,
                        $"{lost.Node.ToClientString()} took over, and is a replica of {master} now: somebody else issued a failover meanwhile; run it again when netbox cluster check is clean");
                }

                return views.Where(seen => !IsSeen(seen.View, step))
                    .Select(seen => $"{seen.Node.ToClientString()} has not heard that {step.NewMaster.ToShortString()} took over from {step.OldMaster.ToShortString()}")
                    .FirstOrDefault();
            },
            token);

    // Nobody takes slots from an owner whose epoch is as high. Of a replica the list shows its master's epoch (clusterGenNodeDescription): a former master that
    // follows by now has the same one.
    internal static bool IsFollowed(ClusterView view, NodeId formerMaster) =>
        view.Find(formerMaster) is not { IsMaster: true } former || former.ConfigEpoch < view.Myself.ConfigEpoch;

    private static bool IsSeen(ClusterView view, AwaitRoles step) =>
        view.Find(step.NewMaster) is { IsMaster: true, Slots.IsEmpty: false }
        && (view.Find(step.OldMaster) is not { } old || (old.Slots.IsEmpty && (old.IsReplica || !step.OldMasterAnswers)));

    // A server that won an election keeps the votes for twice its node timeout. Asked for a manual failover in that time, it counts them once more, takes the
    // slots with its old epoch and loses them at once (clusterHandleSlaveFailover: auth_timeout). For as long again it does not begin an election at all (auth_retry_time).
    private async Task<TimeSpan> ElectionMemoryAsync(NodeEndpoint node, CancellationToken token)
    {
        const int NodeTimeouts = 4;
        var memory = await context.NumberAsync(node, "cluster-node-timeout", token).ConfigureAwait(false) is { } milliseconds
            ? TimeSpan.FromMilliseconds(NodeTimeouts * milliseconds)
            : Again;
        return memory > Again ? memory : Again;
    }

    private static RespCommand CommandOf(FailoverMode mode) => mode switch
    {
        FailoverMode.Force => RespCommand.Of("CLUSTER", "FAILOVER", "FORCE"),
        FailoverMode.Takeover => RespCommand.Of("CLUSTER", "FAILOVER", "TAKEOVER"),
        _ => RespCommand.Of("CLUSTER", "FAILOVER"),
    };

    private async Task<ClusterView> ViewAsync(NodeEndpoint node, CancellationToken token) =>
        ClusterView.Parse((await context.Pool.SendAsync(node, NodeReader.ClusterNodes, token).ConfigureAwait(false)).AsText());
}
