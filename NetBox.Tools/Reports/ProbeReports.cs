namespace NetBox.Tools.Reports;

internal sealed record DnsReport(string Name, double TotalMs, DnsAnswer A, DnsAnswer Aaaa)
{
    public IReadOnlyList<string> Addresses => [.. A.Addresses, .. Aaaa.Addresses];
}

internal sealed record DnsAnswer(double Ms, IReadOnlyList<string> Addresses, string? Error);

internal sealed record TcpReport(string Target, IReadOnlyList<string> Addresses, IReadOnlyList<TcpAttempt> Attempts, ProbeSummary Summary);

internal sealed record TcpAttempt(int Sequence, bool Ok, double Ms, string? Address, string? Error);

/// <summary>How many of the tries succeeded and how long those took; the times are null when none did.</summary>
internal sealed record ProbeSummary(int Sent, int Ok, int Failed, double? MinMs, double? AvgMs, double? MaxMs)
{
    public static ProbeSummary Of(int sent, IReadOnlyCollection<double> succeeded) => succeeded.Count == 0
        ? new ProbeSummary(sent, 0, sent, null, null, null)
        : new ProbeSummary(
            sent,
            succeeded.Count,
            sent - succeeded.Count,
            succeeded.Min(),
            Math.Round(succeeded.Average(), 3),
            succeeded.Max());
}

internal sealed record HttpReport(string Url, IReadOnlyList<HttpAttempt> Requests, ProbeSummary Summary);

internal sealed record HttpAttempt(
    int Sequence,
    bool Ok,
    int? Status,
    string? Reason,
    string? Version,
    string? RemoteAddress,
    HttpPhases Phases,
    string? ContentType,
    long? BodyBytes,
    string? Body,
    bool BodyTruncated,
    string? Error);

/// <summary>Milliseconds spent in each phase; null for a phase that was not reached or not needed.</summary>
internal sealed record HttpPhases(double? DnsMs, double? ConnectMs, double? TlsMs, double? FirstByteMs, double? BodyMs, double TotalMs);
