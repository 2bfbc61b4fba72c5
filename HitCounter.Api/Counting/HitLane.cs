using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace HitCounter.Api.Counting;

/// <summary>
/// Combines concurrent hits: what arrives while a write is under way travels in the next one, as a single increment for each
/// page, and each caller gets its own number in order of arrival. A page is known only while hits of it are on their way.
/// </summary>
internal sealed class HitLane : IAsyncDisposable
{
    private const int PooledHits = 1024;
    private const int MostPages = 512;

    private readonly LaneWriter _writer;
    private readonly HitMeters _meters;
    private readonly TimeProvider _time;
    private readonly long _wait;
    private readonly int _maxBatch;
    private readonly Channel<Hit> _queue;
    private readonly HitPool _pool = new(PooledHits);
    private readonly Dictionary<Page, HitBatch> _batches = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _abandon = new();
    private readonly Task _loop;
    private int _disposed;

    public HitLane(IHitStore store, HitCounterOptions options, string writerId, HitMeters meters, TimeProvider time, ILogger logger)
    {
        _meters = meters;
        _time = time;
        _wait = Ticks(options.EffectiveFailoverWait);
        _maxBatch = options.MaxBatch;
        _queue = Channel.CreateBounded<Hit>(new BoundedChannelOptions(options.QueueLimit) { SingleReader = true });
        _writer = new LaneWriter(store, writerId, options.AttemptTimeout, meters, time, logger, _abandon.Token);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>True from a write that was given up until the next one that succeeds.</summary>
    public bool StoreAway => _writer.StoreAway;

    /// <summary>
    /// Counts one hit of a page. Completes when its number is known, or at the latest one attempt after the bound. A caller that
    /// leaves before its hit is sent takes the hit along; afterwards it is counted, and the others' numbers stand.
    /// </summary>
    public ValueTask<HitResult> HitAsync(Page page, CancellationToken callerLeft)
    {
        if (_writer.StoreAway)
        {
            return Rejected(HitStatus.StoreAway);
        }

        var hit = _pool.Get();
        hit.Prepare(page, _time.GetTimestamp() + _wait, HitTraces.CurrentRequest(), callerLeft);
        // Before the hit is handed over: once it is, it may be answered at any time.
        var answer = hit.Answer;
        if (_queue.Writer.TryWrite(hit))
        {
            return answer;
        }

        _pool.Return(hit);
        return Rejected(_stopping.IsCancellationRequested ? HitStatus.Stopping : HitStatus.QueueFull);
    }

    /// <summary>Takes no more hits, writes those it has, and ends; <paramref name="cancellationToken"/> cuts that short.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        _queue.Writer.TryComplete();
        await using var cut = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _abandon);
        await _loop;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _abandon.CancelAsync();
        await StopAsync(CancellationToken.None);
        _abandon.Dispose();
        _stopping.Dispose();
    }

    private ValueTask<HitResult> Rejected(HitStatus status)
    {
        _meters.Rejected();
        return new ValueTask<HitResult>(new HitResult(status));
    }

    private async Task RunAsync()
    {
        var usual = 1;
        while (await MoreAsync())
        {
            var only = Gather(usual);
            if (only is not null)
            {
                usual = only.Count;
                await WriteAsync(only);
            }
            else if (_batches.Count > 0)
            {
                await Task.WhenAll(_batches.Values.Select(WriteAsync));
            }

            _batches.Clear();
        }
    }

    private async Task WriteAsync(HitBatch batch)
    {
        using var span = HitTraces.StartWrite(batch);
        if (await _writer.WriteAsync(batch) is { } done)
        {
            batch.Answer(done.Total);
        }
        else
        {
            _meters.Unconfirmed(batch.AnswerUnconfirmed(long.MaxValue));
        }
    }

    private async ValueTask<bool> MoreAsync()
    {
        // New hits are turned away while the store is away, so nothing but a probe would notice its return.
        while (_writer.StoreAway && !_queue.Reader.TryPeek(out _) && !_stopping.IsCancellationRequested)
        {
            await _writer.ProbeAsync(_stopping.Token);
        }

        return await _queue.Reader.WaitToReadAsync();
    }

    /// <returns>The batch, if it is the only one.</returns>
    private HitBatch? Gather(int usual)
    {
        var now = _time.GetTimestamp();
        HitBatch? batch = null;
        for (var hits = 0; hits < _maxBatch && _batches.Count < MostPages && _queue.Reader.TryRead(out var hit);)
        {
            if (hit.CallerLeft.IsCancellationRequested)
            {
                hit.Complete(HitStatus.Cancelled);
            }
            else if (hit.Deadline <= now || _abandon.IsCancellationRequested)
            {
                _meters.Rejected();
                hit.Complete(_abandon.IsCancellationRequested ? HitStatus.Stopping : HitStatus.StoreAway);
            }
            else
            {
                hits++;
                if (batch is null || batch.Page != hit.Page)
                {
                    batch = BatchOf(hit.Page, usual);
                }

                batch.Add(hit);
            }
        }

        return _batches.Count == 1 ? batch : null;
    }

    private HitBatch BatchOf(Page page, int capacity)
    {
        ref var batch = ref CollectionsMarshal.GetValueRefOrAddDefault(_batches, page, out _);
        return batch ??= new HitBatch(page, capacity);
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
