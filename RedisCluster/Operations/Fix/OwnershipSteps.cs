using RedisCluster.Operations.Slots;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Fix;

/// <summary>The steps of a fix that change who owns slots and which are open. Each looks first what is left to do.</summary>
internal sealed class OwnershipSteps(StepContext context)
{
    private static readonly RespCommand BumpEpoch = RespCommand.Of("CLUSTER", "BUMPEPOCH");

    private readonly Repeater _repeater = new(context);

    public async Task CloseAsync(CloseSlots step, CancellationToken token) =>
        await SendAsync(step.Node, [.. step.Slots.Select(SlotCommands.Stable)], step, token).ConfigureAwait(false);

    public async Task ReleaseAsync(ReleaseSlots step, CancellationToken token)
    {
        var claimed = (await ViewAsync(step.Node, step, token).ConfigureAwait(false)).Myself.Slots.Intersect(step.Slots);
        if (claimed.IsEmpty)
        {
            return;
        }

        // A repetition finds them given up already. The owner may be unknown here: then gossip tells.
        var commands = claimed.SelectMany(slot => new[] { Drop(slot), SlotCommands.Owner(slot, step.OwnerId) });
        await SendAsync(step.Node, [.. commands], step, token, "already unassigned", "Unknown node").ConfigureAwait(false);
    }

    public async Task ConfirmAsync(ConfirmSlots step, CancellationToken token)
    {
        await SendAsync(step.Node, [BumpEpoch], step, token).ConfigureAwait(false);
        await TellAsync(step.Others, step.Slots, step.NodeId, step, token).ConfigureAwait(false);
    }

    // The new epoch comes first: peers that take another node for the owner would else talk this one out of the slots, and it would drop the
    // keys. The last slot is taken by the command that makes a node tell everyone at once.
    public async Task TakeAsync(TakeSlots step, CancellationToken token)
    {
        if (step is { Heir: { } heir })
        {
            await SendAsync(heir, [.. step.Slots.Select(slot => SlotCommands.Importing(slot, step.NodeId))], step, token).ConfigureAwait(false);
        }

        await context.UntilAsync(
            async () =>
            {
                var view = await ViewAsync(step.Node, step, token).ConfigureAwait(false);
                var missing = step.Slots.Except(view.Myself.Slots);
                if (missing.IsEmpty)
                {
                    return null;
                }

                var answers = await _repeater.SendAsync(step.Node, [.. Take(step, missing, view)], step.Describe(), token).ConfigureAwait(false);
                return $"{step.Node.ToClientString()}: {Array.Find(answers, answer => answer.IsError)?.AsText() ?? "slots were given away again"}, while {step.Describe()}";
            },
            token).ConfigureAwait(false);
        await TellAsync(step.Others, step.Slots, step.NodeId, step, token).ConfigureAwait(false);
    }

    // Whoever does not know the owner yet, or has become a replica, learns it by gossip.
    private async Task TellAsync(IEnumerable<NodeEndpoint> nodes, SlotSet slots, NodeId owner, PlanStep step, CancellationToken token)
    {
        RespCommand[] commands = [.. slots.Select(slot => SlotCommands.Owner(slot, owner))];
        await Task.WhenAll(nodes.Select(node => _repeater.SendAsync(node, commands, step.Describe(), token))).ConfigureAwait(false);
    }

    private static IEnumerable<RespCommand> Take(TakeSlots step, SlotSet slots, ClusterView view)
    {
        yield return BumpEpoch;
        var foreign = slots.Intersect(view.CoveredSlots());
        if (!foreign.IsEmpty)
        {
            yield return Ranges("DELSLOTSRANGE", foreign);
        }

        var last = slots.Last();
        var others = slots.Except(SlotSet.Of([last]));
        if (!others.IsEmpty)
        {
            yield return Ranges("ADDSLOTSRANGE", others);
        }

        if (view.Nodes.FirstOrDefault(node => node is { IsMyself: false, IsMaster: true, IsHandshake: false }) is { } other)
        {
            yield return SlotCommands.Importing(last, other.Id);
        }

        yield return SlotCommands.Owner(last, step.NodeId);
        foreach (var slot in step.HeirId is null ? SlotSet.Empty : slots)
        {
            yield return SlotCommands.Migrating(slot, step.HeirId!.Value);
        }
    }

    private static RespCommand Drop(int slot) => RespCommand.Of("CLUSTER", "DELSLOTS", slot);

    private static RespCommand Ranges(string what, SlotSet slots) => RespCommand.Of(["CLUSTER", what, .. SlotCommands.Ends(slots)]);

    private async Task<ClusterView> ViewAsync(NodeEndpoint node, PlanStep step, CancellationToken token)
    {
        var answer = await _repeater.SendAsync(node, NodeReader.ClusterNodes, step.Describe(), token).ConfigureAwait(false);
        return ClusterView.Parse(answer.AsText());
    }

    private async Task SendAsync(NodeEndpoint node, IReadOnlyList<RespCommand> commands, PlanStep step, CancellationToken token, params string[] harmless)
    {
        var answers = await _repeater.SendAsync(node, commands, step.Describe(), token).ConfigureAwait(false);
        if (Array.Find(answers, answer => answer.IsError && !harmless.Any(words => SlotOpener.Says(answer, words))) is { } error)
        {
            throw new RespServerException(error.ErrorCode!, error.AsText(), node.ToClientString(), "CLUSTER");
        }
    }
}
