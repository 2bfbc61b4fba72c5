namespace NetBox.Tools.Reports;

/// <summary>Which routers packets pass, and how far they get.</summary>
/// <param name="Target">As it was named.</param>
/// <param name="Address">Its address.</param>
/// <param name="Protocol">tcp to a port, or udp to ports nobody listens on.</param>
/// <param name="Port">Of TCP; null with UDP.</param>
/// <param name="Reached">The host itself answered.</param>
/// <param name="Outcome">connected, refused, filtered or unreachable.</param>
/// <param name="Mtu">Bytes; the largest packet this machine sends there; null where it is not known.</param>
/// <param name="Hops">Up to the last one that answered.</param>
/// <param name="Verdict">How it ended, in one line.</param>
/// <param name="Cure">What to do about it; null when the host was reached.</param>
internal sealed record TraceReport(
    string Target, string Address, string Protocol, int? Port, bool Reached, string Outcome, int? Mtu, IReadOnlyList<TraceHop> Hops, string Verdict, string? Cure);

/// <param name="Ttl">How many routers away, from 1.</param>
/// <param name="Addresses">Who answered; several where packets take several ways, none where nobody did.</param>
/// <param name="TimesMs">Of those that were answered.</param>
/// <param name="Lost">How many were not.</param>
/// <param name="Said">What, other than that it passes packets on: connected, refused, prohibited, unreachable; null for a router.</param>
internal sealed record TraceHop(int Ttl, IReadOnlyList<string> Addresses, IReadOnlyList<double> TimesMs, int Lost, string? Said);
