using System.Globalization;
using RedisCluster.Operations.Slots;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Fix;

/// <summary>Brings keys to the owner of their slot from a master that is not: some slots at a time, each open at its holder only meanwhile.</summary>
internal sealed class KeyCollector : IAsyncDisposable
{
    private const int MostSlots = 128;
    private const int MostKeys = 2048;
    private const int KeysListed = 1024;

    private readonly StepContext _context;
    private readonly CollectKeys _step;
    private readonly Repeater _repeater;
    private readonly SemaphoreSlim _turns = new(1, 1);
    private readonly MigrateLanes _lanes;
    private readonly KeyMover _keys;
    private readonly AskingLane _asking;
    private int _dropped;

    private KeyCollector(StepContext context, CollectKeys step, Repeater repeater, MoveRoute route)
    {
        (_context, _step, _repeater) = (context, step, repeater);
        _lanes = new(context, route, _turns);
        _asking = new(step.Node, context.Settings);
        _keys = new(context, repeater, route, _lanes, new SlotWork(context, []), DropAsync);
    }

    public static async Task RunAsync(StepContext context, CollectKeys step, CancellationToken token)
    {
        var repeater = new Repeater(context);
        await context.UntilAsync(
            async () =>
            {
                var answer = await repeater.SendAsync(step.Node, NodeReader.ClusterNodes, step.Describe(), token).ConfigureAwait(false);
                return ClusterView.Parse(answer.AsText()).Find(step.OwnerId) is { IsHandshake: false, Address.IsKnown: true }
                    ? null
                    : $"{step.Node.ToClientString()} has not heard of {step.Owner.ToClientString()} over the cluster bus (port {step.Owner.EffectiveBusPort})";
            },
            token).ConfigureAwait(false);
        var move = new MoveSlots(step.Node, step.NodeId, step.Owner, step.OwnerId, step.Slots, step.Reason) { Tuning = step.Tuning with { Replace = false } };
        var collector = new KeyCollector(context, step, repeater, await MoveRoute.LookAsync(repeater, move, token).ConfigureAwait(false));
        await using var _ = collector.ConfigureAwait(false);
        await collector.RunAsync(token).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _lanes.DisposeAsync().ConfigureAwait(false);
        await _asking.DisposeAsync().ConfigureAwait(false);
        _turns.Dispose();
    }

    private async Task RunAsync(CancellationToken token)
    {
        int[] slots = [.. _step.Slots];
        var counts = await SendAsync(_step.Node, slots, SlotCommands.Count, token).ConfigureAwait(false);
        foreach (var batch in KeyBatches.Divide(slots.Zip(counts, (slot, count) => (slot, count.AsNumber())), MostSlots, MostKeys))
        {
            await OpenAsync(batch, token).ConfigureAwait(false);
            await DrainAsync(batch, token).ConfigureAwait(false);
            await SendAsync(_step.Node, batch, SlotCommands.Stable, token).ConfigureAwait(false);
            _context.Progressed();
        }

        if (_dropped > 0)
        {
            _context.Log.Report(
                string.Create(CultureInfo.InvariantCulture, $"{_step.Node.ToClientString()}: {_dropped} keys dropped that {_step.Owner.ToClientString()} has as well"),
                "clients have been served those of the owner");
        }
    }

    // A node sends, and takes, keys of slots it does not own only while it is importing them.
    private async Task OpenAsync(IReadOnlyList<int> slots, CancellationToken token)
    {
        var holder = await ViewAsync(_step.Node, token).ConfigureAwait(false);
        var owner = await ViewAsync(_step.Owner, token).ConfigureAwait(false);

        // While a node is importing a slot it does not let gossip tell it who owns that slot, and without an owner it neither sends nor takes
        // keys of it. A run that was killed before everybody was told leaves either end like that.
        await TellOwnersAsync(_step.Node, holder, owner, _step.OwnerId, slots, token).ConfigureAwait(false);
        await TellOwnersAsync(_step.Owner, owner, holder, null, slots, token).ConfigureAwait(false);
        await SendAsync(_step.Node, slots, slot => SlotCommands.Importing(slot, _step.OwnerId), token).ConfigureAwait(false);
        int[] closed = [.. slots.Where(slot => !owner.Myself.Slots.Contains(slot) && owner.Myself.Importing.All(open => open.Slot != slot))];
        await SendAsync(_step.Owner, closed, slot => SlotCommands.Importing(slot, _step.NodeId), token).ConfigureAwait(false);
    }

    private async Task TellOwnersAsync(
        NodeEndpoint node, ClusterView knows, ClusterView other, NodeId? otherwise, IReadOnlyList<int> slots, CancellationToken token)
    {
        var covered = knows.CoveredSlots();
        var unknown = slots.Where(slot => !covered.Contains(slot))
            .Select(slot => (Slot: slot, Owner: other.Nodes.FirstOrDefault(peer => peer.Slots.Contains(slot))?.Id ?? otherwise))
            .Where(slot => slot.Owner is not null)
            .ToList();
        await SendAsync(node, unknown, slot => SlotCommands.Owner(slot.Slot, slot.Owner!.Value), token).ConfigureAwait(false);
    }

    private async Task<ClusterView> ViewAsync(NodeEndpoint node, CancellationToken token) =>
        ClusterView.Parse((await _repeater.SendAsync(node, NodeReader.ClusterNodes, _step.Describe(), token).ConfigureAwait(false)).AsText());

    private async Task DrainAsync(IReadOnlyList<int> slots, CancellationToken token)
    {
        var open = slots;
        for (var round = 0; open.Count > 0; round++)
        {
            var answers = await SendAsync(_step.Node, open, slot => SlotCommands.Keys(slot, KeysListed), token).ConfigureAwait(false);
            var listed = open.Zip(answers).Where(slot => slot.Second.Items.Count > 0).ToList();
            if (round > 0 && listed.Count > 0 && listed.Sum(slot => slot.Second.Items.Count) is var left && left < KeysListed)
            {
                // Keys that are there after they were sent: expired ones that the node has yet to drop.
                await _repeater.PauseAsync(round, string.Create(
                    CultureInfo.InvariantCulture, $"{left} keys of slot {listed[0].First} stay at {_step.Node.ToClientString()}"), token).ConfigureAwait(false);
            }

            foreach (var (slot, keys) in listed)
            {
                await MoveAsync(slot, keys, token).ConfigureAwait(false);
            }

            open = [.. listed.Select(slot => slot.First)];
        }
    }

    private async Task MoveAsync(int slot, RespValue names, CancellationToken token)
    {
        var sizes = await _asking.SendAsync(names.Items.Select(name => SlotCommands.Size(name.Bytes)), token).ConfigureAwait(false);
        var keys = names.Items.Zip(sizes, (name, size) => new SlotKey(name.Bytes, size.Kind == RespKind.Number ? size.AsNumber() : 0));
        foreach (var batch in KeyBatches.Divide(keys, _step.Tuning.Pipeline, KeyBatches.MostBytes))
        {
            await _keys.MoveAsync(slot, batch, false, token).ConfigureAwait(false);
        }
    }

    // The owner has just said that it has this key.
    private async Task DropAsync(SlotKey key, CancellationToken token)
    {
        if ((await _asking.SendAsync([RespCommand.Of("UNLINK", key.Name)], token).ConfigureAwait(false))[0] is { ErrorCode: { } code } error)
        {
            throw new RespServerException(code, error.AsText(), _step.Node.ToClientString(), "UNLINK");
        }

        Interlocked.Increment(ref _dropped);
    }

    private async Task<RespValue[]> SendAsync<T>(NodeEndpoint node, IReadOnlyList<T> items, Func<T, RespCommand> command, CancellationToken token)
    {
        var answers = await _repeater.SendAsync(node, [.. items.Select(command)], _step.Describe(), token).ConfigureAwait(false);
        return Array.Find(answers, answer => answer.IsError) is { } error
            ? throw new RespServerException(error.ErrorCode!, error.AsText(), node.ToClientString(), "CLUSTER")
            : answers;
    }
}
