using NetBox.Tools.Probes.Paths;
using RedisCluster.Planning;
using RedisCluster.Topology;
using static NetBox.Tools.Doctor.DiagnosisCodes;

namespace NetBox.Tools.Doctor;

/// <summary>Names, ports, passwords: whether each node can be asked at all, and which of the links in the chain is the broken one.</summary>
internal static class ReachRules
{
    // What an observation and this command ask of a node. CONFIG is not needed, but tells more.
    private const string Permissions = "+info +time '+cluster|info' '+cluster|nodes' '+cluster|myid' '+config|get'";

    public static IEnumerable<Diagnosis> Check(PatientFacts facts) => facts.Pairs.SelectMany(pair => Check(facts, pair.Node, pair.Said));

    private static IEnumerable<Diagnosis> Check(PatientFacts facts, NodeFacts node, NodeObservation said)
    {
        var where = node.Endpoint.ToClientString();
        if (node.NameError is { } error)
        {
            yield return new(Severity.Error, NameUnknown, where, $"the name '{node.Endpoint.Host}' does not resolve: {error}", $"netbox dns {node.Endpoint.Host}   # is the name right, and does the service exist?");
        }
        else if (said.Problem is { Kind: NodeProblemKind.AccessDenied } denied)
        {
            yield return Denied(facts, node, denied);
        }
        else if (said.Problem is { Kind: NodeProblemKind.Protocol })
        {
            // The check says it.
        }
        else if (said.Problem is { } problem)
        {
            yield return Unreachable(facts, node, problem);
        }
        else if (node.Bus is { Ok: false } bus && BusBlocked(facts, node, said, bus.Error!) is { } blocked)
        {
            yield return blocked;
        }
    }

    private static Diagnosis Denied(PatientFacts facts, NodeFacts node, NodeProblem denied)
    {
        var where = node.Endpoint.ToClientString();
        return denied.ErrorCode == "NOPERM"
            ? new(
                Severity.Error, PermissionMissing, where, $"the user {facts.Target.Settings.User ?? "default"} may not ask it what a doctor has to know: {denied.Message}",
                $"{facts.Cures.RedisCliAsAdministrator(node.Endpoint, $"ACL SETUSER {Cures.Quoted(facts.Target.Settings.User ?? "default")} {Permissions}")}   # on every node, or --user another one")
            : facts.Cluster.Reachable.Any()
                ? new(Severity.Error, PasswordMismatch, where, $"it wants another password than the rest: {denied.Message}", $"give it the password of the others (CONFIG SET requirepass and masterauth on {where})")
                : new(Severity.Error, PasswordMismatch, where, $"the password was not accepted: {denied.Message}", "-a PASSWORD or REDISCLI_AUTH sets the password");
    }

    // Where only nodes may reach the bus, as a NetworkPolicy often has it, netbox does not: what counts is whether its peers do.
    private static Diagnosis? BusBlocked(PatientFacts facts, NodeFacts node, NodeObservation said, string error)
    {
        var peers = facts.Cluster.Reachable.Where(peer => peer.MyId != said.MyId)
            .Select(peer => (Peer: peer, Line: peer.View?.Find(said.MyId!.Value))).Where(peer => peer.Line is not null).ToList();
        var cut = peers.Where(peer => BusLine.IsCut(peer.Peer.View!, peer.Line!)).Select(peer => peer.Peer.Endpoint.ToClientString()).ToList();
        if (peers.Count > 0 && cut.Count == 0)
        {
            return null;
        }

        var port = said.View is { Myself.Address.BusPort: > 0 and var own } ? own : node.Endpoint.EffectiveBusPort;
        var also = cut.Count == 0 ? string.Empty : $"; {cut[0]}{(cut.Count > 1 ? $" and {cut.Count - 1} more" : string.Empty)} {(cut.Count == 1 ? "gets" : "get")} no answer there either";
        return new(
            cut.Count > 0 ? Severity.Error : Severity.Warning, BusPortBlocked, node.Endpoint.ToClientString(),
            $"its bus port {port} cannot be reached from here: {error}{also}",
            $"open TCP port {port} (the cluster bus) between all nodes; netbox tcp {node.Endpoint.Host}:{port} tells when it is");
    }

    private static Diagnosis Unreachable(PatientFacts facts, NodeFacts node, NodeProblem problem)
    {
        var where = node.Endpoint.ToClientString();
        if (problem.ErrorCode is { } code)
        {
            return new(
                Severity.Error, NodeBusy, where, $"it answers nothing but {problem.Message}",
                code == "BUSY"
                    ? $"{facts.Cures.RedisCli(node.Endpoint, "SCRIPT KILL")}   # or FUNCTION KILL; a script that has written already can only be waited for"
                    : $"{facts.Cures.RedisCli(node.Endpoint, "INFO persistence")}   # tells how much it has still to load; wait");
        }

        if (problem.Message.Contains("TLS", StringComparison.Ordinal))
        {
            return new(
                Severity.Error, TlsFailing, where, problem.Message,
                $"netbox tls {where}   # tells what it speaks; {(facts.Target.Settings.Tls ? "leave --tls out if it speaks none, --cacert FILE trusts an authority of your own" : "--tls if it speaks TLS")}");
        }

        if (problem.Message.StartsWith("DENIED ", StringComparison.Ordinal))
        {
            return new(
                Severity.Error, NodeRefuses, where, "it is in protected mode and without a password: it takes connections from its own machine only",
                "give all nodes a password (requirepass and masterauth in their configuration); or protected-mode no, where nobody else reaches them");
        }

        if (problem.Message.StartsWith("ERR ", StringComparison.Ordinal))
        {
            return new(
                Severity.Error, NodeRefuses, where, $"it refuses the connection: {problem.Message}",
                $"close connections that are not needed (netbox sockets --port {node.Endpoint.Port} lists those of this machine), or raise maxclients");
        }

        if (node.Client is { Ok: true })
        {
            return new(
                Severity.Error, NodeSilent, where, $"it takes connections but does not answer: {problem.Message}",
                "the process hangs or is stopped (SIGSTOP, swapping, a slow command): look at it, restart it if need be");
        }

        var alive = PeersThatReach(facts, node);
        return alive > 0
            ? new(
                Severity.Error, ClientPortBlocked, where,
                $"its client port cannot be reached from here ({node.Client?.Error ?? problem.Message}), though it talks to {alive} of its peers on the bus",
                $"open TCP port {node.Endpoint.Port} from here to it (firewall, NetworkPolicy), or correct cluster-announce-port; netbox tcp {where} tells when it is")
            : new(
                Severity.Error, NodeDown, where, $"nothing answers there, and no peer reaches it: {node.Client?.Error ?? problem.Message}",
                $"start it again; until then its replica serves its slots, if it has one. If it runs at another address by now, name that one too: {facts.Cures.NetBox("doctor", "NEW_HOST:PORT")}");
    }

    private static int PeersThatReach(PatientFacts facts, NodeFacts node) => facts.Cluster.Reachable.Count(peer => peer.View?.Nodes.Any(line =>
        line is { IsMyself: false, IsLinkConnected: true, IsFailed: false, IsPossiblyFailed: false }
        && line.Address.Port == node.Endpoint.Port
        && (line.Address.Ip == node.Endpoint.Host || node.Addresses.Contains(line.Address.Ip)
            || string.Equals(line.Address.Hostname, node.Endpoint.Host, StringComparison.OrdinalIgnoreCase))) == true);
}
