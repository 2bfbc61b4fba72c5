namespace NetBox.Tools.Reports;

internal sealed record HttpReport(string Method, string Url, IReadOnlyList<HttpAttempt> Requests, ProbeSummary Summary);

/// <param name="Sequence">From 1.</param>
/// <param name="Ok">There was an answer, with a status below 400.</param>
/// <param name="Status">HTTP status; null when there was no answer.</param>
/// <param name="Reason">The words behind the status.</param>
/// <param name="Version">HTTP version.</param>
/// <param name="RemoteAddress">Who answered.</param>
/// <param name="Tls">Protocol and cipher; null without TLS.</param>
/// <param name="Phases">Where the time went.</param>
/// <param name="Headers">Those of the answer, in its order.</param>
/// <param name="ContentType">Of the body.</param>
/// <param name="BodyBytes">Unpacked, up to the limit.</param>
/// <param name="Body">The body as text, up to the limit.</param>
/// <param name="BodyTruncated">There was more.</param>
/// <param name="Changed">Status or body differ from those of the request before; null for the first one.</param>
/// <param name="Error">Why there was no answer.</param>
internal sealed record HttpAttempt(
    int Sequence,
    bool Ok,
    int? Status,
    string? Reason,
    string? Version,
    string? RemoteAddress,
    string? Tls,
    HttpPhases Phases,
    IReadOnlyList<HttpHeader> Headers,
    string? ContentType,
    long? BodyBytes,
    string? Body,
    bool BodyTruncated,
    bool? Changed,
    string? Error);

internal sealed record HttpHeader(string Name, string Value);

/// <summary>Milliseconds spent in each phase; null for a phase that was not reached or not needed.</summary>
internal sealed record HttpPhases(double? DnsMs, double? ConnectMs, double? TlsMs, double? FirstByteMs, double? BodyMs, double TotalMs);
