using HitCounter.Api.Counting;

namespace Unit.HitCounter;

/// <summary>What becomes of one attempt.</summary>
public enum Attempt
{
    Succeeds,
    FailsBefore,
    AnswerLost,
    NeverAnswers,
    NeverAnswersButHappens,
    ReplicaLate,
}

/// <summary>A store with the script's promise: a write of the same name happens once. Attempts beyond the scripted ones succeed.</summary>
internal sealed class FakeHitStore : IHitStore
{
    private readonly Lock _gate = new();
    private readonly Queue<Attempt> _script;
    private readonly Dictionary<(Page, string), (long Sequence, long Total)> _writers = [];
    private readonly Dictionary<Page, long> _totals = [];
    private TaskCompletionSource? _held;

    public FakeHitStore(params IEnumerable<Attempt> script) => _script = new Queue<Attempt>(script);

    public long Total => TotalOf(default);

    public List<HitWrite> Attempts { get; } = [];

    /// <summary>While true every attempt fails before anything happens.</summary>
    public bool Away { get; set; }

    public bool FaultsAreFinal { get; set; }

    /// <summary>Writes to this page fail in a way that trying again cannot mend.</summary>
    public Page? Broken { get; set; }

    public long TotalOf(Page page)
    {
        lock (_gate)
        {
            return _totals.GetValueOrDefault(page);
        }
    }

    /// <summary>Makes attempts wait until <see cref="Release"/>.</summary>
    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _held!.SetResult();

    public async Task<HitWriteOutcome> AddAsync(HitWrite write, CancellationToken cancellationToken)
    {
        Attempt attempt;
        lock (_gate)
        {
            Attempts.Add(write);
            attempt = Away ? Attempt.FailsBefore : _script.TryDequeue(out var scripted) ? scripted : Attempt.Succeeds;
        }

        await (_held?.Task ?? Task.CompletedTask).WaitAsync(cancellationToken);
        if (write.Page == Broken)
        {
            throw new StoreFaultException("no number", retriable: false);
        }

        if (attempt == Attempt.FailsBefore)
        {
            throw new StoreFaultException("no connection", retriable: !FaultsAreFinal);
        }

        if (attempt == Attempt.NeverAnswers)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        var outcome = Apply(write);
        if (attempt == Attempt.NeverAnswersButHappens)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        if (attempt == Attempt.ReplicaLate)
        {
            throw new StoreFaultException("no replica", retriable: true) { MasterHasIt = true };
        }

        return attempt == Attempt.AnswerLost ? throw new StoreFaultException("connection closed", retriable: true) : outcome;
    }

    public Task<long> ReadAsync(Page page, CancellationToken cancellationToken)
        => Away ? Task.FromException<long>(new StoreFaultException("no connection", retriable: true)) : Task.FromResult(TotalOf(page));

    private HitWriteOutcome Apply(HitWrite write)
    {
        lock (_gate)
        {
            if (_writers.TryGetValue((write.Page, write.Writer), out var last) && last.Sequence >= write.Sequence)
            {
                return last.Sequence == write.Sequence
                    ? new HitWriteOutcome(last.Total, AlreadyDone: true)
                    : throw new InvalidOperationException("An older write came after a later one.");
            }

            var total = _totals[write.Page] = _totals.GetValueOrDefault(write.Page) + write.Hits;
            _writers[(write.Page, write.Writer)] = (write.Sequence, total);
            return new HitWriteOutcome(total, AlreadyDone: false);
        }
    }
}
