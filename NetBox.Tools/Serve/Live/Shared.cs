namespace NetBox.Tools.Serve.Live;

/// <summary>One question at a time and one answer for all, however many ask: the cluster must not feel how popular the page is.</summary>
/// <param name="ask">The question.</param>
/// <param name="maximumAge">How long an answer is given again.</param>
/// <param name="time">The clock.</param>
internal sealed class Shared<T>(Func<CancellationToken, Task<T>> ask, TimeSpan maximumAge, TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task<T>? _current;
    private long _started;

    /// <summary>The answer on its way, or the last one while it is fresh, failures included. Giving up waiting does not end it for the others.</summary>
    public Task<T> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_current is null || (_current.IsCompleted && time.GetElapsedTime(_started) >= maximumAge))
            {
                _started = time.GetTimestamp();
                _current = Task.Run(() => ask(_stop.Token), CancellationToken.None);
            }

            return _current.WaitAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }
}
