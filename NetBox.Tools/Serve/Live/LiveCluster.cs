using NetBox.Tools.Reports;
using NetBox.Tools.Topology;
using RedisCluster.Topology;

namespace NetBox.Tools.Serve.Live;

/// <summary>The cluster as everybody who asks shares it, and what is remembered of it.</summary>
internal sealed class LiveCluster : IDisposable
{
    /// <summary>From one picture to the next while somebody looks.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    public static readonly TimeSpan ObservationAge = TimeSpan.FromSeconds(1);

    /// <summary>The doctor opens many connections: not more often than this.</summary>
    public static readonly TimeSpan FindingsAge = TimeSpan.FromSeconds(5);

    private const int ChangesKept = 256;
    private static readonly TimeSpan TrendLength = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Queue<TopologyChange> _changes = new();
    private readonly Queue<TrendPoint> _trend = new();
    private ClusterPicture? _last;

    public LiveCluster(ServeSources sources, TimeProvider time)
    {
        Observations = new(sources.Observe, ObservationAge, time);
        Pictures = new(stop => TakeAsync(sources, stop), Period * 0.9, time);
        Findings = new(sources.Examine, FindingsAge, time);
    }

    public Shared<ClusterObservation> Observations { get; }

    public Shared<ClusterPicture> Pictures { get; }

    public Shared<DoctorReport> Findings { get; }

    /// <summary>Called with each new picture and what changed since the one before.</summary>
    public event Action<ClusterPicture, IReadOnlyList<TopologyChange>>? PictureTaken;

    /// <summary>What changed while it was looked at, the oldest first.</summary>
    public IReadOnlyList<TopologyChange> Changes()
    {
        lock (_gate)
        {
            return [.. _changes];
        }
    }

    /// <summary>Load and lag of the last minutes, as far as it was looked at.</summary>
    public IReadOnlyList<TrendPoint> Trend()
    {
        lock (_gate)
        {
            return [.. _trend];
        }
    }

    public void Dispose()
    {
        Observations.Dispose();
        Pictures.Dispose();
        Findings.Dispose();
    }

    private async Task<ClusterPicture> TakeAsync(ServeSources sources, CancellationToken cancellationToken)
    {
        var picture = await sources.TakePicture(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<TopologyChange> changes;
        lock (_gate)
        {
            changes = _last is null ? [] : TopologyChanges.Between(_last, picture);
            _last = picture;
            foreach (var change in changes)
            {
                _changes.Enqueue(change);
            }

            while (_changes.Count > ChangesKept)
            {
                _changes.Dequeue();
            }

            _trend.Enqueue(TrendPoint.Of(picture));
            while (_trend.Peek().At < picture.TakenAt - TrendLength)
            {
                _trend.Dequeue();
            }
        }

        PictureTaken?.Invoke(picture, changes);
        return picture;
    }
}
