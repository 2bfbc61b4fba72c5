using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>The check at the end of an operation. What was just changed takes gossip a moment to spread, so faults are watched for a while first.</summary>
internal static class Settling
{
    /// <summary>How long a cluster may take to be well, when its servers have only just started or a failover is under way.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task<(ClusterObservation Observation, CheckReport Report)> CheckAsync(
        ClusterObservation observation,
        Func<CancellationToken, Task<ClusterObservation>> observe,
        ProgressLog log,
        TimeProvider time,
        CancellationToken deadline,
        CancellationToken ofCaller)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        var report = ClusterChecker.Check(observation);
        string? told = null;
        while (Unsettled(report) is { } finding && !limit.IsCancellationRequested && !deadline.IsCancellationRequested)
        {
            if (told != finding.Message)
            {
                told = finding.Message;
                log.Report("the cluster is not well yet; looking again", told);
            }

            await Task.Delay(Pause, time, ofCaller).ConfigureAwait(false);
            observation = await observe(ofCaller).ConfigureAwait(false);
            report = ClusterChecker.Check(observation);
        }

        return (observation, report);
    }

    // Nodes that are away were waited for before, where that was asked for: their return is not what this waits for.
    private static Finding? Unsettled(CheckReport report) =>
        report.Findings.FirstOrDefault(finding => finding.Severity == Severity.Error && finding.Code != FindingCodes.Unreachable);
}
