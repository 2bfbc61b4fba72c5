using System.Globalization;
using RedisCluster.Planning;

namespace RedisCluster.Operations.Slots;

/// <summary>How far all moves of a run are, told now and then.</summary>
internal sealed class SlotWork(StepContext context, IEnumerable<MoveSlots> moves)
{
    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly int _total = moves.Sum(move => move.Slots.Count);
    private int _slots;
    private long _keys;
    private long? _reported;

    /// <summary>Keys arrived; not told by itself, but the run is alive.</summary>
    public void KeysMoved(int count)
    {
        Interlocked.Add(ref _keys, count);
        context.Progressed();
    }

    public void SlotsMoved(int count)
    {
        context.Progressed();
        lock (_gate)
        {
            _slots += count;
            if (_slots < _total && _reported is { } last && context.Time.GetElapsedTime(last) < BetweenReports)
            {
                return;
            }

            _reported = context.Time.GetTimestamp();
            context.Log.Report(
                string.Create(CultureInfo.InvariantCulture, $"{_slots} of {_total} slots moved, {Interlocked.Read(ref _keys)} keys"),
                work: new(Math.Min(_slots, _total), _total, "slots"));
        }
    }
}
