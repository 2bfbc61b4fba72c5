using System.Diagnostics;
using System.Threading.Tasks.Sources;

namespace HitCounter.Api.Counting;

/// <summary>One caller's hit on its way through the lane; pooled, so that waiting for a number allocates nothing.</summary>
internal sealed class Hit : IValueTaskSource<HitResult>
{
    private readonly HitPool _pool;
    private ManualResetValueTaskSourceCore<HitResult> _answer = new() { RunContinuationsAsynchronously = true };

    public Hit(HitPool pool) => _pool = pool;

    /// <summary>The <see cref="TimeProvider"/> timestamp after which the caller no longer waits.</summary>
    public long Deadline { get; private set; }

    public CancellationToken CallerLeft { get; private set; }

    /// <summary>The caller's request where it is traced.</summary>
    public ActivityContext Request { get; private set; }

    public void Prepare(long deadline, ActivityContext request, CancellationToken callerLeft)
    {
        Request = request;
        Deadline = deadline;
        CallerLeft = callerLeft;
    }

    public ValueTask<HitResult> Answer => new(this, _answer.Version);

    public void Complete(HitStatus status, long number = 0) => _answer.SetResult(new HitResult(status, number));

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
