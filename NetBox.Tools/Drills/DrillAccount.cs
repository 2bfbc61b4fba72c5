using System.Globalization;
using NetBox.Tools.Drills.Load;

namespace NetBox.Tools.Drills;

/// <summary>When things happened, timestamps.</summary>
/// <param name="Fault">When making the fault began.</param>
/// <param name="Mended">When it was undone as far as it can be from here: a shard that has acknowledged nothing since did not come back.</param>
/// <param name="Recovered">When the drill began to put masters back where they were: a gap after that is not the fault's.</param>
/// <param name="Redundancy">When every shard had its replicas again; null if never.</param>
/// <param name="Placement">When the masters were where they had been; null if never.</param>
/// <param name="Ended">When the drill stopped writing.</param>
/// <param name="Notes">What did not come back, and why.</param>
internal sealed record DrillMoments(long Fault, long Mended, long Recovered, long? Redundancy, long? Placement, long Ended, IReadOnlyList<string> Notes);

/// <summary>Makes the report of what was measured.</summary>
internal static class DrillAccount
{
    /// <param name="plan">What was done.</param>
    /// <param name="startedAt">When it began.</param>
    /// <param name="results">What became of the writes.</param>
    /// <param name="moments">When things happened.</param>
    /// <param name="heals">Whether the cluster could be made whole from here.</param>
    /// <param name="time">The clock of the timestamps.</param>
    public static DrillReport Report(
        DrillPlan plan, DateTimeOffset startedAt, IReadOnlyList<LoadResult> results, DrillMoments moments, bool heals, TimeProvider time)
    {
        var gaps = results.Select(result => CameBack(result) ? Gap.Longest(UntilTheEnd(result.Times), moments.Fault) : null).ToList();
        double? longest = gaps.Any(gap => gap is null) ? null : gaps.Max(gap => gap!.Value.Length(time)).Rounded();
        var ends = results.Select(result => CameBack(result) ? Gap.Longest(result.Times, moments.Fault, moments.Recovered)?.End : null).ToList();
        double? writes = ends.Any(end => end is null) ? null : time.GetElapsedTime(moments.Fault, ends.Max(end => end!.Value)).Rounded();
        var restored = new DrillRestored(writes, Since(moments.Redundancy), Since(moments.Placement), moments.Notes);
        var lost = results.Sum(result => result.Lost ?? 0);
        var unread = results.Where(result => result.Stored is null).Select(result => result.Name).ToList();
        var verdict = lost > 0 ? DrillVerdict.LostWrites
            : writes is null || unread.Count > 0 || (heals && (restored.RedundancyMs is null || restored.PlacementMs is null)) ? DrillVerdict.NotRestored
            : DrillVerdict.Survived;
        var acknowledged = results.Sum(result => result.Acknowledged);
        return new(
            startedAt,
            plan.Kind,
            plan.Target,
            plan.Channel,
            longest,
            plan.Floor,
            [.. results.Zip(gaps, (result, gap) => new ShardDrill(result.Name, gap?.Length(time).Rounded(), result.Acknowledged, result.Stored, result.Lost))],
            acknowledged,
            unread.Count > 0 ? null : results.Sum(result => result.Stored),
            unread.Count > 0 && lost == 0 ? null : lost,
            results.Sum(result => result.Uncertain),
            results.Sum(result => result.Repeated),
            [.. results.SelectMany(result => result.Errors).GroupBy(error => error.Key).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new DrillError(group.Key, group.Sum(error => error.Value)))],
            restored with { Notes = [.. restored.Notes, .. Notes(plan, results, unread, longest)] },
            verdict,
            Summary(verdict, acknowledged, lost, longest, plan.Floor));

        // Answers on their way when the fault was made are no sign of life.
        bool CameBack(LoadResult result) => result.Times.Count > 0 && result.Times[^1] > moments.Mended;

        // A gap that nothing ended is one all the same.
        IReadOnlyList<long> UntilTheEnd(IReadOnlyList<long> times) => times[^1] < moments.Ended ? [.. times, moments.Ended] : times;

        double? Since(long? moment) => moment is { } at ? time.GetElapsedTime(moments.Fault, at).Rounded() : null;
    }

    private static IEnumerable<string> Notes(DrillPlan plan, IReadOnlyList<LoadResult> results, IReadOnlyList<string> unread, double? gap)
    {
        foreach (var name in unread)
        {
            yield return $"{name}: what is stored could not be read back";
        }

        // With writers of netbox's own the shard that is hit is among those that are written to.
        if (plan.Target is { } target && results is [var app] && app.Name.StartsWith("http", StringComparison.Ordinal) && gap < plan.Floor.Ms)
        {
            yield return $"{app.Name} felt less than a failover takes: {target.Address} is not where it keeps its count (--node names another shard)";
        }
    }

    private static string Summary(DrillVerdict verdict, long acknowledged, long lost, double? gap, DrillFloor floor)
    {
        var stood = gap is { } ms ? $"writes stood still for {Text.Milliseconds(ms)} (at best {Text.Milliseconds(floor.Ms)})" : "writes did not come back everywhere";
        return verdict switch
        {
            DrillVerdict.LostWrites => string.Create(CultureInfo.InvariantCulture, $"{lost} of {acknowledged} acknowledged writes are lost; {stood}"),
            DrillVerdict.NotRestored => string.Create(CultureInfo.InvariantCulture, $"none of {acknowledged} acknowledged writes is known to be lost, but the cluster is not as it was; {stood}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"none of {acknowledged} acknowledged writes is lost; {stood}"),
        };
    }
}
