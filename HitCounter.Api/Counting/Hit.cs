using System.Diagnostics;
using System.Threading.Tasks.Sources;

namespace HitCounter.Api.Counting;

/// <summary>One caller's hit on its way through the lane; pooled, so that waiting for a number allocates nothing.</summary>
internal sealed class Hit : IValueTaskSource<HitResult>
{
    private readonly HitPool _pool;
    private ManualResetValueTaskSourceCore<HitResult> _answer;

    public Hit(HitPool pool) => _pool = pool;

    public Page Page { get; private set; }

    /// <summary>The <see cref="TimeProvider"/> timestamp after which the caller no longer waits.</summary>
    public long Deadline { get; private set; }

    public CancellationToken CallerLeft { get; private set; }

    /// <summary>The caller's request where it is traced.</summary>
    public ActivityContext Request { get; private set; }

    public void Prepare(Page page, long deadline, ActivityContext request, CancellationToken callerLeft)
    {
        Page = page;
        Request = request;
        Deadline = deadline;
        CallerLeft = callerLeft;
    }

    public ValueTask<HitResult> Answer => new(this, _answer.Version);

    /// <summary>Answers that there is no number; what the caller does with that happens elsewhere.</summary>
    public void Complete(HitStatus status)
    {
        _answer.RunContinuationsAsynchronously = true;
        _answer.SetResult(new HitResult(status));
    }

    /// <summary>Answers with the number, and does what the caller does with it.</summary>
    public void CompleteHere(long number)
    {
        _answer.RunContinuationsAsynchronously = false;
        _answer.SetResult(new HitResult(HitStatus.Counted, number));
    }

    HitResult IValueTaskSource<HitResult>.GetResult(short token)
    {
        var result = _answer.GetResult(token);
        _answer.Reset();
        CallerLeft = default;
        _pool.Return(this);
        return result;
    }

    ValueTaskSourceStatus IValueTaskSource<HitResult>.GetStatus(short token) => _answer.GetStatus(token);

    void IValueTaskSource<HitResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _answer.OnCompleted(continuation, state, token, flags);
}
