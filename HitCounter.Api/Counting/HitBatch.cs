namespace HitCounter.Api.Counting;

/// <summary>Hits of one page that travel in one write. Used by one write at a time, and once.</summary>
internal sealed class HitBatch(Page page, int capacity)
{
    // Enough to be worth a work item, few enough that the batch's answers are spread over the cores.
    private const int SliceSize = 16;

    private readonly List<Hit?> _hits = new(capacity);

    public Page Page => page;

    /// <summary>Those that were answered early included: they are in the write as soon as it was tried once.</summary>
    public int Count => _hits.Count;

    /// <summary>When the one that came last no longer waits; nobody waits longer.</summary>
    public long Deadline { get; private set; }

    public IEnumerable<Hit> Waiting => _hits.OfType<Hit>();

    public void Add(Hit hit)
    {
        _hits.Add(hit);
        Deadline = hit.Deadline;
    }

    /// <summary>Gives each hit its number, in order of arrival; <paramref name="total"/> is that of the last one.</summary>
    public void Answer(long total)
    {
        var before = total - _hits.Count;
        // A work item for each hit costs more than what the item does.
        for (var start = 0; start < _hits.Count; start += SliceSize)
        {
            var slice = new Slice(_hits, start, Math.Min(start + SliceSize, _hits.Count), before);
            ThreadPool.UnsafeQueueUserWorkItem(slice, preferLocal: false);
        }
    }

    /// <summary>Tells those who have waited until <paramref name="now"/> that their hit is not confirmed, and returns how many that are.</summary>
    public int AnswerUnconfirmed(long now)
    {
        var answered = 0;
        for (var i = 0; i < _hits.Count; i++)
        {
            if (_hits[i] is { } hit && hit.Deadline <= now)
            {
                _hits[i] = null;
                hit.Complete(HitStatus.Unconfirmed);
                answered++;
            }
        }

        return answered;
    }

    private sealed class Slice(List<Hit?> hits, int start, int end, long before) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            for (var i = start; i < end; i++)
            {
                hits[i]?.CompleteHere(before + i + 1);
            }
        }
    }
}
