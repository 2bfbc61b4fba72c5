namespace NetBox.Tools.Reports;

/// <summary>What a name server says of a name.</summary>
/// <param name="Name">As it was asked for; of an address its name under in-addr.arpa or ip6.arpa.</param>
/// <param name="Server">address:port.</param>
/// <param name="ServerGiven">It was named by the caller; else it is the one this system is configured with.</param>
/// <param name="TotalMs">Until all had answered.</param>
/// <param name="Answers">One per type that was asked for.</param>
internal sealed record DnsRecordsReport(string Name, string Server, bool ServerGiven, double TotalMs, IReadOnlyList<DnsTypeAnswer> Answers);

/// <param name="Type">A, AAAA, SRV and so on.</param>
/// <param name="Ms">Until it was answered.</param>
/// <param name="Code">As the protocol has it: NOERROR, NXDOMAIN, SERVFAIL, REFUSED; TIMEOUT or ERROR where there was no answer.</param>
/// <param name="Records">Aliases on the way included.</param>
/// <param name="Error">Why there is no record of that type; null where there is one.</param>
internal sealed record DnsTypeAnswer(string Type, double Ms, string Code, IReadOnlyList<DnsRecordReport> Records, string? Error)
{
    public const string Fine = "NOERROR";
    public const string Unknown = "NXDOMAIN";
    public const string TimedOut = "TIMEOUT";
    public const string Failed = "ERROR";
}

/// <param name="Name">Whose record it is.</param>
/// <param name="Type">Its type, which differs from the one asked for where it is an alias.</param>
/// <param name="TtlSeconds">How long it may be kept.</param>
/// <param name="Value">As in a zone file.</param>
internal sealed record DnsRecordReport(string Name, string Type, int TtlSeconds, string Value);
