using System.Globalization;
using NetBox.Tools.Reports;

namespace NetBox.Tools.Probes.Traces;

/// <summary>From what came back to how far packets get. Pure.</summary>
internal static class TraceVerdict
{
    public static TraceHop HopOf(int ttl, IReadOnlyCollection<HopAnswer> answers)
    {
        var heard = answers.Where(answer => answer.From is not null).ToList();
        return new(
            ttl,
            [.. heard.Select(answer => answer.From!.ToString()).Distinct()],
            [.. heard.Select(answer => answer.Ms)],
            answers.Count - heard.Count,
            heard.Find(answer => answer.IsEnd)?.Said);
    }

    /// <param name="target">Where to.</param>
    /// <param name="address">Its address.</param>
    /// <param name="hops">In order; those behind the end are left out here.</param>
    /// <param name="mtu">As in the report.</param>
    public static TraceReport Of((string Host, int? Port) target, string address, IReadOnlyList<TraceHop> hops, int? mtu)
    {
        var end = hops.FirstOrDefault(hop => hop.Said is not null);
        var last = end ?? hops.LastOrDefault(hop => hop.Addresses.Count > 0);
        var told = hops.TakeWhile(hop => last is not null && hop.Ttl <= last.Ttl).ToList();
        var name = target.Port is { } port ? new ProbeTarget(target.Host, port).ToString() : target.Host;
        var (reached, outcome, verdict, cure) = Judge(target, name, end, last, hops.Count);
        return new(name, address, target.Port is null ? "udp" : "tcp", target.Port, reached, outcome, mtu, told, verdict, cure);
    }

    private static (bool Reached, string Outcome, string Verdict, string? Cure) Judge(
        (string Host, int? Port) target, string name, TraceHop? end, TraceHop? last, int tried)
    {
        var by = last is null ? "nobody" : string.Join(" or ", last.Addresses);
        return end?.Said switch
        {
            Outcomes.Connected => (true, Outcomes.Connected, $"{name} is reached and takes connections, {Away(end.Ttl)}", null),
            Outcomes.Refused when target.Port is null => (true, Outcomes.Refused, $"{name} is reached, {Away(end.Ttl)}", null),
            Outcomes.Refused => (true, Outcomes.Refused, $"{name} is reached and refuses connections to that port, {Away(end.Ttl)}", null),
            HopAnswer.Prohibited => (false, Outcomes.Filtered, $"a firewall at {by} forbids it", $"let it through at {by}"),
            not null => (false, Outcomes.Unreachable, $"{by} knows no way to it", $"is the host up, and does {by} have a route to its network?"),
            null when last is null => (false, Outcomes.Filtered, $"nobody answers at all, {tried} hops far", $"a firewall here or at the first router drops it; 'netbox path {name}' tells which way it takes"),
            null => (false, Outcomes.Filtered, $"nobody answers behind hop {last.Ttl} ({by})", $"a firewall behind {by} drops {Packets(target.Port)}, or the host is down"),
        };
    }

    private static string Away(int ttl) => ttl == 1 ? "directly" : $"{ttl - 1} {(ttl == 2 ? "router" : "routers")} away";

    private static string Packets(int? port) =>
        port is { } number ? string.Create(CultureInfo.InvariantCulture, $"TCP to port {number}") : "UDP (HOST:PORT tries TCP to a port that is let through)";
}
