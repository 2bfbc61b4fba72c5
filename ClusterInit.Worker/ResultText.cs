using System.Globalization;
using RedisCluster.Operations;
using RedisCluster.Planning;

namespace ClusterInit.Worker;

/// <summary>What is printed at the end: the cluster as redis-cli's users know it, the findings, the time taken.</summary>
internal static class ResultText
{
    public static IEnumerable<string> Lines(string name, CreateResult result) =>
    [
        .. result.Report.Summary.ToLines(),
        .. result.Report.Findings.Select(f => $"[{(f.Severity == Severity.Error ? "ERR" : f.Severity == Severity.Warning ? "WARN" : "INFO")}] {f.Message}"),
        Verdict(name, result),
    ];

    private static string Verdict(string name, CreateResult result)
    {
        var summary = result.Report.Summary;
        var what = $"{Count(summary.Shards.Length, "master")} and {Count(summary.NodeCount - summary.Shards.Length, "replica")}";
        var how = (result.Report.Healthy, result.AlreadyFormed) switch
        {
            (true, true) => "stood already and was left alone",
            (true, false) => $"formed in {Count(result.StepsDone, "step")}, writes accepted by every shard",
            (false, _) => "has faults",
        };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"cluster {name}: {how}; {what}; {result.Elapsed.TotalSeconds:0.00} s, {result.WaitedForNodes.TotalSeconds:0.00} s of them waiting for the nodes");
    }

    private static string Count(int number, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? "" : "s")}");
}
