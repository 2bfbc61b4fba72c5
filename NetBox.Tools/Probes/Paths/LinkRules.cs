using NetBox.Tools.Reports;
using RedisCluster.Topology;

namespace NetBox.Tools.Probes.Paths;

/// <summary>From what two nodes tell to how they are linked, and what is wrong with it. Pure.</summary>
internal static class LinkRules
{
    /// <summary>Why a node whose port is open cannot be asked; null where it can, and where it is nothing that could be.</summary>
    public static PathProblem? WhyMute(NodeObservation node) => node.Problem switch
    {
        { Kind: NodeProblemKind.AccessDenied } denied => new(node.Endpoint.ToClientString(), denied.Message, "-a PASSWORD or REDISCLI_AUTH sets the password"),
        { Kind: NodeProblemKind.Unreachable } silent => new(
            node.Endpoint.ToClientString(), $"it takes connections but does not answer: {silent.Message}",
            "the process hangs or is stopped (SIGSTOP, swapping, a long script): look at it, restart it if need be"),
        _ => null,
    };

    public static LinkReport Describe(LinkEnd from, LinkEnd to)
    {
        var line = from.Node.View?.Find(to.Node.MyId!.Value);
        var outgoing = from.Links.FirstOrDefault(link => link.Outgoing && link.Peer == to.Node.MyId);
        var incoming = from.Links.FirstOrDefault(link => !link.Outgoing && link.Peer == to.Node.MyId);
        return new(
            from.Name,
            to.Name,
            line is { Address.IsKnown: true } ? PlaceOf(line.Address) : null,
            StateOf(line),
            line is { IsLinkConnected: true },
            line is { PongReceived: > 0 } ? Age(from, DateTimeOffset.FromUnixTimeMilliseconds(line.PongReceived)) : null,
            Age(from, outgoing?.Created),
            Age(from, incoming?.Created),
            outgoing?.WaitingBytes,
            from.Node.View?.Myself.MasterId != to.Node.MyId ? null : from.Node.Replication?.IsMasterLinkUp == true ? "up" : "down");
    }

    /// <param name="from">Whose link.</param>
    /// <param name="to">To whom.</param>
    /// <param name="tried">The bus address it has of the other, tried from here; null when it has none.</param>
    public static IEnumerable<PathProblem> Check(LinkEnd from, LinkEnd to, TcpAttempt? tried)
    {
        var line = from.Node.View?.Find(to.Node.MyId!.Value);
        if (line is null)
        {
            yield return new(
                from.Name, $"it does not know {to.Name}: they are not of one cluster",
                $"netbox cluster nodes {from.Name} and netbox cluster nodes {to.Name} tell which cluster each is of; netbox cluster add-node takes in a node without one");
            yield break;
        }

        if (BusLine.IsCut(from.Node.View!, line))
        {
            yield return Broken(from, to, line.Address, tried);
        }
        else if (line.IsFailed || line.IsPossiblyFailed)
        {
            yield return new(from.Name, $"its link to {to.Name} stands, but it takes that node for {StateOf(line)}", $"look again in a moment; if it stays: netbox doctor {from.Name}");
        }

        if (Describe(from, to).Replication == "down")
        {
            yield return new(
                from.Name, $"it is a replica of {to.Name} and has no link to it",
                $"it needs TCP port {to.Node.Endpoint.Port} of its master, and the right masterauth; its log tells which");
        }
    }

    private static PathProblem Broken(LinkEnd from, LinkEnd to, NodeAddress known, TcpAttempt? tried)
    {
        var own = to.Node.View!.Myself.Address;
        var ip = own.Ip.Length > 0 ? own.Ip : to.Node.ConnectedAddress?.ToString() ?? to.Node.Endpoint.Host;
        var busPort = own.BusPort > 0 ? own.BusPort : to.Node.Endpoint.EffectiveBusPort;
        var cause = $"its link to {to.Name} is down; it looks for it at {PlaceOf(known)}";
        if (own.Ip.Length > 0 && (known.Ip, known.Port, known.BusPort) != (own.Ip, own.Port, own.BusPort))
        {
            return new(
                from.Name, $"{cause}, but it is at {PlaceOf(own)}",
                $"redis-cli -h {from.Node.Endpoint.Host} -p {from.Node.Endpoint.Port} CLUSTER MEET {ip} {to.Node.Endpoint.Port} {busPort}");
        }

        return tried switch
        {
            { Ok: true } => new(
                from.Name, $"{cause}, which is open from here", $"let TCP port {known.BusPort} through from the host of {from.Name} to that of {to.Name} (firewall, NetworkPolicy)"),
            { Outcome: Outcomes.Refused } => new(
                from.Name, $"{cause}, where nothing listens on the bus port", $"is cluster-port of {to.Name} {known.BusPort}, and cluster-announce-bus-port, where it is set, the one that is open?"),
            _ => new(
                from.Name, $"{cause}, which is not reached from here either{(tried is null ? string.Empty : $": {tried.Error}")}", $"let TCP port {known.BusPort} (the cluster bus) through to {to.Name}"),
        };
    }

    private static string PlaceOf(NodeAddress address) => $"{address.ToClientString()}@{address.BusPort}";

    private static string StateOf(ClusterNode? line) => line switch
    {
        null => "unknown",
        { IsFailed: true } => "failed",
        { IsPossiblyFailed: true } => "suspected",
        { IsHandshake: true } => "handshake",
        _ => "ok",
    };

    // Clocks tick on between two answers: an age is never less than nothing.
    private static double? Age(LinkEnd end, DateTimeOffset? since) =>
        end.Now is { } now && since is { } start ? Math.Max(0, Math.Round((now - start).TotalMilliseconds)) : null;
}
