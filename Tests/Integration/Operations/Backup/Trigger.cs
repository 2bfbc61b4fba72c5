using RedisCluster.Operations;

namespace Integration.Operations.Backup;

/// <summary>Tells when an operation has come to a certain point, and may end it there.</summary>
internal sealed class Trigger(Func<WorkDone?, bool> isReached, CancellationTokenSource? kill) : IProgress<ClusterProgress>
{
    private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Seen => _seen.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public void Report(ClusterProgress value)
    {
        if (isReached(value.Work))
        {
            kill?.Cancel();
            _seen.TrySetResult();
        }
    }
}
