using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Fix;

/// <summary>Counts the keys of slots on masters, whoever owns these: all masters at once, on each many slots in one go.</summary>
internal static class SlotKeyReader
{
    /// <summary>A connection queues whatever it is given: this is what bounds it.</summary>
    private const int Window = 2048;

    /// <param name="pool">Connections to the nodes.</param>
    /// <param name="masters">Whom to ask; one that is known to hold no key at all is not asked.</param>
    /// <param name="slots">The slots.</param>
    /// <param name="cancellationToken">Ends the counting.</param>
    /// <exception cref="RespException">A node does not answer, or refuses to.</exception>
    public static async Task<SlotKeys> ReadAsync(
        NodePool pool, IEnumerable<NodeObservation> masters, SlotSet slots, CancellationToken cancellationToken)
    {
        (int Slot, RespCommand Command)[] commands = [.. slots.Select(slot => (slot, RespCommand.Of("CLUSTER", "COUNTKEYSINSLOT", slot)))];
        var counts = await Task.WhenAll(masters.Where(node => node.KeyCount != 0).Select(node => ReadAsync(pool, node, commands, cancellationToken))).ConfigureAwait(false);
        return SlotKeys.Of(counts.SelectMany(ofNode => ofNode));
    }

    private static async Task<List<(NodeId Node, int Slot, long Keys)>> ReadAsync(
        NodePool pool, NodeObservation node, (int Slot, RespCommand Command)[] commands, CancellationToken cancellationToken)
    {
        var id = node.View!.Myself.Id;
        var connection = await pool.GetAsync(node.Endpoint, cancellationToken).ConfigureAwait(false);
        var counts = new List<(NodeId, int, long)>();
        foreach (var window in commands.Chunk(Window))
        {
            var answers = await Task.WhenAll(window.Select(asked => connection.SendAsync(asked.Command, cancellationToken))).ConfigureAwait(false);
            counts.AddRange(window.Zip(answers, (asked, answer) => (id, asked.Slot, answer.AsNumber())).Where(count => count.Item3 > 0));
        }

        return counts;
    }
}
