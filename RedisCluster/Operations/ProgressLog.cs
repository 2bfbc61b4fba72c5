namespace RedisCluster.Operations;

/// <summary>Stamps what is reported with the time passed, one report at a time.</summary>
internal sealed class ProgressLog(IProgress<ClusterProgress>? progress, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly long _start = time.GetTimestamp();

    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    public void Report(string message, string? reason = null, WorkDone? work = null)
    {
        if (progress is null)
        {
            return;
        }

        lock (_gate)
        {
            progress.Report(new(Elapsed, message, reason, work));
        }
    }
}
