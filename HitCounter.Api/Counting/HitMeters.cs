using System.Diagnostics.Metrics;

namespace HitCounter.Api.Counting;

/// <summary>What the counter tells about itself.</summary>
internal sealed class HitMeters : IDisposable
{
    public const string MeterName = "HitCounter.Api";

    private readonly Meter _meter;
    private readonly Counter<long> _hits;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _duplicatesAvoided;
    private readonly Counter<long> _unconfirmed;
    private readonly Counter<long> _rejected;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _gap;
    private readonly Histogram<double> _replicaWait;

    public HitMeters(IMeterFactory factory)
    {
        _meter = factory.Create(MeterName);
        _hits = _meter.CreateCounter<long>("hitcounter.hits", "{hit}", "Hits counted and answered.");
        _retries = _meter.CreateCounter<long>("hitcounter.write.retries", "{attempt}", "Writes tried again.");
        _duplicatesAvoided = _meter.CreateCounter<long>("hitcounter.write.duplicates_avoided", "{write}", "Repeated writes the store had already done.");
        _unconfirmed = _meter.CreateCounter<long>("hitcounter.hits.unconfirmed", "{hit}", "Hits the store did not confirm in time.");
        _rejected = _meter.CreateCounter<long>("hitcounter.hits.rejected", "{hit}", "Hits turned away without being tried.");
        _batchSize = _meter.CreateHistogram<int>("hitcounter.batch.size", "{hit}", "Hits written together.");
        _gap = _meter.CreateHistogram<double>("hitcounter.store.gap", "s", "Time from the first failed attempt of a write to its success.");
        _replicaWait = _meter.CreateHistogram<double>("hitcounter.replica.wait", "s", "Time from a WAIT sent behind a write to a replica's confirmation.");
    }

    /// <summary>False where nobody listens, so that nothing has to be timed.</summary>
    public bool ReplicaWaitIsMeasured => _replicaWait.Enabled;

    public void ReplicaWaited(TimeSpan wait) => _replicaWait.Record(wait.TotalSeconds);

    public void Counted(int hits)
    {
        _hits.Add(hits);
        _batchSize.Record(hits);
    }

    public void Retried() => _retries.Add(1);

    public void DuplicateAvoided() => _duplicatesAvoided.Add(1);

    public void Unconfirmed(int hits) => _unconfirmed.Add(hits);

    public void Rejected() => _rejected.Add(1);

    public void GapClosed(TimeSpan gap) => _gap.Record(gap.TotalSeconds);

    public void Dispose() => _meter.Dispose();
}
