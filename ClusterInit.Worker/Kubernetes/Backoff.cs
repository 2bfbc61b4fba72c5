namespace ClusterInit.Worker.Kubernetes;

/// <summary>Waits twice as long after each failure, up to a limit, and less than that by chance, so that many do not come back at once.</summary>
internal sealed class Backoff(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private TimeSpan _next = First;

    public void Reset() => _next = First;

    /// <summary>How long to wait now. Each time longer, until <see cref="Reset"/>.</summary>
    public TimeSpan Next()
    {
        var pause = _next * (0.5 + (Random.Shared.NextDouble() / 2));
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        return pause;
    }

    public Task WaitAsync(CancellationToken cancellationToken) => Task.Delay(Next(), time, cancellationToken);
}
