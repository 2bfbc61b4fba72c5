using RedisCluster.Operations;

namespace Integration.Operations;

/// <summary>Keeps what is reported, and passes it on at once, unlike <see cref="Progress{T}"/>.</summary>
internal sealed class ProgressList(Action<ClusterProgress>? then = null) : IProgress<ClusterProgress>
{
    public List<ClusterProgress> Reports { get; } = [];

    public void Report(ClusterProgress value)
    {
        Reports.Add(value);
        then?.Invoke(value);
    }
}
