using Microsoft.Extensions.Logging;
using RedisCluster.Operations;

namespace ClusterInit.Worker;

/// <summary>Each step with its reason. Of many alike, such as the meetings of every node with every other, the first ones stand for all.</summary>
internal sealed class StepLogger(ILogger logger) : IProgress<ClusterProgress>
{
    public const int AlikeAtMost = 6;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _alike = new(StringComparer.Ordinal);

    public void Report(ClusterProgress value)
    {
        if (value.Reason is not { } reason)
        {
            Log.Step(logger, value.Elapsed.TotalSeconds, value.Message);
            return;
        }

        int alike;
        lock (_gate)
        {
            alike = _alike[reason] = _alike.GetValueOrDefault(reason) + 1;
        }

        if (alike <= AlikeAtMost)
        {
            Log.StepBecause(logger, value.Elapsed.TotalSeconds, value.Message, reason);
        }
        else if (alike == AlikeAtMost + 1)
        {
            Log.Step(logger, value.Elapsed.TotalSeconds, $"... further steps for the same reason ({reason}) are not listed");
        }
    }
}
