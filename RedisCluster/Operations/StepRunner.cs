using System.Net;
using System.Net.Sockets;
using RedisCluster.Operations.Backup;
using RedisCluster.Operations.Fix;
using RedisCluster.Operations.Slots;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Does the steps of a plan, each until it has had its effect.</summary>
internal sealed class StepRunner(StepContext context, IReadOnlyList<PlanStep> steps, ClusterLayout? layout)
{
    private static readonly TimeSpan PutBackLimit = TimeSpan.FromSeconds(2);

    private readonly MembershipSteps _membership = new(context, [.. steps.OfType<Meet>()]);
    private readonly OwnershipSteps _ownership = new(context);
    private readonly SlotMover _slotMover = new(context, new SlotWork(context, steps.OfType<MoveSlots>()));
    private readonly Handover _handover = new(context);
    private readonly NodeTimeoutSteps _timeouts = new(context);
    private readonly ReplicaSteps _replicas = new(context);

    // Found while the nodes are busy with each other.
    private readonly Task<IReadOnlyDictionary<int, RespCommand>> _probes = Task.Run(
        () => ProbeKeys.Commands(steps.OfType<ProbeWrites>().SelectMany(step => step.Probes).Select(probe => probe.Slot)));

    public Task RunAsync(PlanStep step, CancellationToken token) => step switch
    {
        LowerNodeTimeout lower => SetTimeoutAsync(lower.Node, lower.Timeout, token),
        RestoreNodeTimeout restore => SetTimeoutAsync(restore.Node, restore.Timeout, token),
        AddSlots add => AddSlotsAsync(add, token),
        SetConfigEpoch epoch => SetConfigEpochAsync(epoch, token),
        Meet meet => MeetAsync(context.Pool, meet, token),
        Replicate replicate => ReplicateAsync(replicate, token),
        AwaitAgreement agreement => AwaitAgreementAsync(agreement, token),
        AwaitReplicas replicas => _replicas.AwaitAsync(replicas, token),
        MoveSlots move => _slotMover.MoveAsync(move, token),
        ProbeWrites probes => Task.WhenAll(probes.Probes.Select(probe => AwaitWriteAsync(probe, token))),
        CopyFunctions copy => _membership.CopyFunctionsAsync(copy, token),
        ConfirmFresh fresh => _membership.ConfirmFreshAsync(fresh, token),
        AwaitMembership membership => _membership.AwaitMembershipAsync(membership, token),
        Forget forget => _membership.ForgetAsync(forget, token),
        AwaitForgotten gone => _membership.AwaitForgottenAsync(gone, token),
        ResetNode reset => _membership.ResetAsync(reset, token),
        TakeBackup backup => new BackupRun(context, backup).RunAsync(token),
        RestoreBackup restore => RestoreAsync(restore, token),
        ImportKeys import => ImportAsync(import, token),
        TakeOver over => _handover.TakeOverAsync(over, token),
        AwaitRoles roles => _handover.AwaitRolesAsync(roles, token),
        SetNodeTimeout set => _timeouts.SetAsync(set, token),
        VerifyNodeTimeouts verify => _timeouts.VerifyAsync(verify, token),
        CloseSlots close => _ownership.CloseAsync(close, token),
        ReleaseSlots release => _ownership.ReleaseAsync(release, token),
        ConfirmSlots confirm => _ownership.ConfirmAsync(confirm, token),
        TakeSlots take => _ownership.TakeAsync(take, token),
        CollectKeys collect => KeyCollector.RunAsync(context, collect, token),
        _ => throw new NotSupportedException($"{step.GetType().Name} is no step that is known here."),
    };

    /// <summary>Tells a node to meet another one; that they did shows only later.</summary>
    public static async Task MeetAsync(NodePool pool, Meet step, CancellationToken token)
    {
        var ip = IPAddress.TryParse(step.TargetIp, out _) ? step.TargetIp : await ResolveAsync(step.TargetIp, token).ConfigureAwait(false);
        await pool.SendAsync(step.Node, RespCommand.Of("CLUSTER", "MEET", ip, step.TargetPort, step.TargetBusPort), token).ConfigureAwait(false);
    }

    /// <summary>After a failure: every node gets the timeout it shall have in the end, as far as it can be reached.</summary>
    public async Task PutBackTimeoutsAsync()
    {
        using var limit = new CancellationTokenSource(PutBackLimit, context.Time);
        await Task.WhenAll(steps.OfType<RestoreNodeTimeout>().Select(async step =>
        {
            try
            {
                await SetTimeoutAsync(step.Node, step.Timeout, limit.Token).ConfigureAwait(false);
                context.Log.Report(step.Describe(), "the run did not come to its end");
            }
            catch (Exception error) when (error is RespException or OperationCanceledException)
            {
                context.Log.Report($"{step.Node.ToClientString()}: cluster-node-timeout was not put back", error is RespException ? error.Message : "it does not answer; the next run puts it back");
            }
        })).ConfigureAwait(false);
    }

    private async Task ImportAsync(ImportKeys step, CancellationToken token)
    {
        using var run = new ImportRun(context, step);
        await run.RunAsync(token).ConfigureAwait(false);
    }

    private async Task RestoreAsync(RestoreBackup step, CancellationToken token)
    {
        using var run = new RestoreRun(context, step);
        await run.RunAsync(token).ConfigureAwait(false);
    }

    private Task<RespValue> SetTimeoutAsync(NodeEndpoint node, TimeSpan timeout, CancellationToken token) =>
        context.Pool.SendAsync(node, RespCommand.Of("CONFIG", "SET", "cluster-node-timeout", (long)timeout.TotalMilliseconds), token);

    private async Task AddSlotsAsync(AddSlots step, CancellationToken token)
    {
        List<RespArgument> words = ["CLUSTER", "ADDSLOTSRANGE"];
        foreach (var range in step.Slots.ToRanges())
        {
            words.AddRange([range.First, range.Last]);
        }

        await context.Pool.SendAsync(step.Node, RespCommand.Of([.. words]), token).ConfigureAwait(false);
    }

    private async Task SetConfigEpochAsync(SetConfigEpoch step, CancellationToken token)
    {
        try
        {
            await context.Pool.SendAsync(step.Node, RespCommand.Of("CLUSTER", "SET-CONFIG-EPOCH", step.Epoch), token).ConfigureAwait(false);
        }
        catch (RespServerException error) when (error.Error.Contains("does not know any other node", StringComparison.Ordinal)
            || error.Error.Contains("already non-zero", StringComparison.Ordinal))
        {
            // A MEET of an earlier run arrived meanwhile. The epoch only spares the nodes a collision, which they settle by themselves.
            context.Log.Report($"{step.Node.ToClientString()}: keeps its config epoch", error.Error);
        }
    }

    private static async Task<string> ResolveAsync(string name, CancellationToken token)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(name, token).WaitAsync(token).ConfigureAwait(false);
            return (addresses.FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0]).ToString();
        }
        catch (SocketException)
        {
            throw new ClusterException(ClusterFault.Unreachable, $"{name}: the name does not resolve, and CLUSTER MEET takes addresses only");
        }
    }

    private Task ReplicateAsync(Replicate step, CancellationToken token) =>
        context.UntilAsync(
            async () =>
            {
                var connection = await context.Pool.GetAsync(step.Node, token).ConfigureAwait(false);
                var answer = await connection.TrySendAsync(RespCommand.Of("CLUSTER", "REPLICATE", step.MasterId.ToString()), token).ConfigureAwait(false);
                return answer.ErrorCode is not { } code ? null
                    : answer.AsText().Contains("Unknown node", StringComparison.OrdinalIgnoreCase)
                        || answer.AsText().Contains("only replicate a master", StringComparison.OrdinalIgnoreCase)
                        ? $"{step.Node.ToClientString()} has not heard of its master {step.Master.ToClientString()} over the cluster bus (port {step.Master.EffectiveBusPort})"
                        : throw new RespServerException(code, answer.AsText(), step.Node.ToClientString(), "CLUSTER REPLICATE");
            },
            token);

    private Task AwaitAgreementAsync(AwaitAgreement step, CancellationToken token)
    {
        var agreement = new Agreement(context.Pool, [.. steps.OfType<Meet>()], layout, step.Nodes, context.Time);
        return context.UntilAsync(() => agreement.ObstacleAsync(token), token);
    }

    private async Task AwaitWriteAsync(WriteProbe probe, CancellationToken token)
    {
        var command = (await _probes.ConfigureAwait(false))[probe.Slot];
        await context.UntilAsync(
            async () =>
            {
                var connection = await context.Pool.GetAsync(probe.Master, token).ConfigureAwait(false);
                var answer = await connection.TrySendAsync(command, token).ConfigureAwait(false);
                return answer.ErrorCode switch
                {
                    null => null,
                    "CLUSTERDOWN" or "NOREPLICAS" or "LOADING" or "MASTERDOWN" or "TRYAGAIN" or "BUSY" =>
                        $"{probe.Master.ToClientString()} does not accept writes: {answer.AsText()}",
                    var code => throw new RespServerException(code, answer.AsText(), probe.Master.ToClientString(), "a probe write"),
                };
            },
            token).ConfigureAwait(false);
    }
}
