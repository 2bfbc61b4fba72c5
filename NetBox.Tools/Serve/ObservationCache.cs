using RedisCluster.Topology;

namespace NetBox.Tools.Serve;

/// <summary>One observation at most per second, however many look: the cluster must not feel how popular the page is.</summary>
internal sealed class ObservationCache(Func<CancellationToken, Task<ClusterObservation>> observe, TimeProvider time) : IDisposable
{
    public static readonly TimeSpan MaximumAge = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task<ClusterObservation>? _current;
    private long _started;

    /// <summary>The running observation, or the last one while it is fresh, failures included. Giving up waiting does not end it for the others.</summary>
    public Task<ClusterObservation> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_current is null || (_current.IsCompleted && time.GetElapsedTime(_started) >= MaximumAge))
            {
                _started = time.GetTimestamp();
                _current = Task.Run(() => observe(_stop.Token), CancellationToken.None);
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
