using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Orchestration.Health;

internal static class HealthReports
{
    /// <summary>The known reports with those of <paramref name="report"/> in their places.</summary>
    public static ImmutableArray<HealthReportSnapshot> Merge(ImmutableArray<HealthReportSnapshot> known, HealthReport report, DateTime at)
    {
        var merged = known.ToBuilder();
        foreach (var (name, entry) in report.Entries)
        {
            var snapshot = new HealthReportSnapshot(name, entry.Status, entry.Description, entry.Exception?.ToString()) { LastRunAt = at };
            var index = merged.FindIndex(r => r.Name == name);
            if (index < 0)
            {
                merged.Add(snapshot);
            }
            else
            {
                merged[index] = snapshot;
            }
        }

        return merged.ToImmutable();
    }

    private static int FindIndex(this ImmutableArray<HealthReportSnapshot>.Builder reports, Predicate<HealthReportSnapshot> match)
    {
        for (var i = 0; i < reports.Count; i++)
        {
            if (match(reports[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
