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
}

/// <summary>A store with the script's promise: a write of the same name happens once. Attempts beyond the scripted ones succeed.</summary>
internal sealed class FakeHitStore : IHitStore
{
    private readonly Lock _gate = new();
    private readonly Queue<Attempt> _script;
    private readonly Dictionary<string, (long Sequence, long Total)> _writers = [];
    private TaskCompletionSource? _held;

    public FakeHitStore(params IEnumerable<Attempt> script) => _script = new Queue<Attempt>(script);

    public long Total { get; private set; }

    public List<HitWrite> Attempts { get; } = [];

    /// <summary>While true every attempt fails before anything happens.</summary>
    public bool Away { get; set; }

    public bool FaultsAreFinal { get; set; }

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

        return attempt == Attempt.AnswerLost ? throw new StoreFaultException("connection closed", retriable: true) : outcome;
    }

    public Task<long> ReadAsync(CancellationToken cancellationToken)
        => Away ? Task.FromException<long>(new StoreFaultException("no connection", retriable: true)) : Task.FromResult(Total);

    private HitWriteOutcome Apply(HitWrite write)
    {
        lock (_gate)
        {
            if (_writers.TryGetValue(write.Writer, out var last) && last.Sequence >= write.Sequence)
            {
                return last.Sequence == write.Sequence
                    ? new HitWriteOutcome(last.Total, AlreadyDone: true)
                    : throw new InvalidOperationException("An older write came after a later one.");
            }

            Total += write.Hits;
            _writers[write.Writer] = (write.Sequence, Total);
            return new HitWriteOutcome(Total, AlreadyDone: false);
        }
    }
}
