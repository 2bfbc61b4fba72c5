namespace NetBox.Tools.Drills.Load;

/// <summary>What one writer did: which writes were acknowledged when, and what went wrong. Safe from any thread.</summary>
internal sealed class WriteLog(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly List<long> _times = [];
    private readonly List<long> _acknowledged = [];
    private readonly Dictionary<string, long> _errors = new(StringComparer.Ordinal);
    private long _repeated;
    private long _uncertain;

    public void Acknowledge(long sequence, bool repeated)
    {
        lock (_gate)
        {
            _times.Add(time.GetTimestamp());
            _acknowledged.Add(sequence);
            _repeated += repeated ? 1 : 0;
        }
    }

    public void Fail(string kind)
    {
        lock (_gate)
        {
            _errors[kind] = _errors.GetValueOrDefault(kind) + 1;
        }
    }

    /// <summary>A write got no answer and will not be repeated.</summary>
    public void GiveUp()
    {
        lock (_gate)
        {
            _uncertain++;
        }
    }

    public WriteLogState Read()
    {
        lock (_gate)
        {
            return new([.. _times], [.. _acknowledged], _repeated, _uncertain, new Dictionary<string, long>(_errors, StringComparer.Ordinal));
        }
    }

    /// <summary>When the last write was acknowledged, a timestamp; null before the first.</summary>
    public long? LastAt
    {
        get
        {
            lock (_gate)
            {
                return _times.Count == 0 ? null : _times[^1];
            }
        }
    }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _times.Count;
            }
        }
    }
}

/// <param name="Times">When writes were acknowledged, timestamps in their order.</param>
/// <param name="Acknowledged">Their sequence numbers.</param>
/// <param name="Repeated">How many of them took more than one attempt because an answer was lost.</param>
/// <param name="Uncertain">Writes without an answer to the end.</param>
/// <param name="Errors">Failed attempts by kind.</param>
internal sealed record WriteLogState(
    IReadOnlyList<long> Times, IReadOnlyList<long> Acknowledged, long Repeated, long Uncertain, IReadOnlyDictionary<string, long> Errors);
