using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Slots;

/// <summary>
/// Keeps nodes from giving slots away and getting others at once. Whoever gets a slot takes a higher config epoch. Does so the source of another
/// slot, which its target has just been given and the source not been told of, then the source's next message claims that slot with the higher
/// epoch: the target believes it and deletes the keys (clusterUpdateSlotsConfigWith: dirty_slots).
/// </summary>
internal sealed class Directions
{
    private readonly Lock _gate = new();
    private readonly Dictionary<NodeId, int> _giving = [];
    private readonly Dictionary<NodeId, int> _getting = [];
    private TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until the source gets nothing and the target gives nothing.</summary>
    public async Task EnterAsync(MoveSlots move, CancellationToken token)
    {
        while (!TryEnter(move, out var left))
        {
            await left.WaitAsync(token).ConfigureAwait(false);
        }
    }

    /// <summary>Only after a move that has come to its end: one that did not may have left a source that has not been told.</summary>
    public void Leave(MoveSlots move)
    {
        TaskCompletionSource left;
        lock (_gate)
        {
            Add(_giving, move.SourceId, -1);
            Add(_getting, move.TargetId, -1);
            (left, _left) = (_left, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        left.SetResult();
    }

    private bool TryEnter(MoveSlots move, out Task left)
    {
        lock (_gate)
        {
            left = _left.Task;
            if (_getting.GetValueOrDefault(move.SourceId) > 0 || _giving.GetValueOrDefault(move.TargetId) > 0)
            {
                return false;
            }

            Add(_giving, move.SourceId, 1);
            Add(_getting, move.TargetId, 1);
            return true;
        }
    }

    private static void Add(Dictionary<NodeId, int> counts, NodeId node, int change) => counts[node] = counts.GetValueOrDefault(node) + change;
}
