namespace NetBox.Tools.Reports;

/// <summary>What the system's resolver says of a name: what programs on this machine get.</summary>
internal sealed record DnsReport(string Name, string Resolver, double TotalMs, DnsAnswer A, DnsAnswer Aaaa)
{
    public IReadOnlyList<string> Addresses => [.. A.Addresses, .. Aaaa.Addresses];
}

internal sealed record DnsAnswer(double Ms, IReadOnlyList<string> Addresses, string? Error);

/// <summary>Connections to several places, tried side by side.</summary>
internal sealed record TcpTargetsReport(IReadOnlyList<TcpReport> Targets);

/// <summary>Connections to one place, one after another.</summary>
/// <param name="Target">host:port.</param>
/// <param name="Addresses">What the name resolved to; empty where it did not.</param>
/// <param name="Attempts">Each connection; none where there was no address.</param>
/// <param name="Summary">How long they took.</param>
/// <param name="Problem">Why none succeeded; null when one did.</param>
/// <param name="Cure">What to do about those that failed; null when none did.</param>
internal sealed record TcpReport(
    string Target, IReadOnlyList<string> Addresses, IReadOnlyList<TcpAttempt> Attempts, ProbeSummary Summary, string? Problem, string? Cure);

/// <param name="Sequence">From 1.</param>
/// <param name="Ok">Connected.</param>
/// <param name="Ms">Until connected, or until it failed.</param>
/// <param name="Address">The address that answered, or the last one tried.</param>
/// <param name="Outcome">connected, refused, filtered, unreachable or failed.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record TcpAttempt(int Sequence, bool Ok, double Ms, string? Address, string Outcome, string? Error);

/// <summary>How many of the tries succeeded and how long those took; the times are null when none did.</summary>
internal sealed record ProbeSummary(
    int Sent, int Ok, int Failed, double? MinMs, double? AvgMs, double? P50Ms, double? P90Ms, double? P99Ms, double? MaxMs)
{
    public static ProbeSummary Of(int sent, IReadOnlyCollection<double> succeeded)
    {
        if (succeeded.Count == 0)
        {
            return new(sent, 0, sent, null, null, null, null, null, null);
        }

        var sorted = succeeded.Order().ToArray();
        return new(
            sent, sorted.Length, sent - sorted.Length, sorted[0], Math.Round(sorted.Average(), 3),
            Percentiles.At(sorted, 0.5), Percentiles.At(sorted, 0.9), Percentiles.At(sorted, 0.99), sorted[^1]);
    }
}
