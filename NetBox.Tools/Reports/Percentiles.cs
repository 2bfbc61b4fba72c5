namespace NetBox.Tools.Reports;

/// <summary>Shares of measured times; what is told is always a time that was measured.</summary>
internal static class Percentiles
{
    /// <summary>The smallest time that is not less than this share of all (nearest rank), to three decimals.</summary>
    /// <param name="sorted">Ascending, at least one.</param>
    /// <param name="share">0 to 1.</param>
    public static double At(IReadOnlyList<double> sorted, double share) =>
        Math.Round(sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)], 3);
}
