using NetBox.Tools.Reports;
using RedisCluster.Planning;
using RedisCluster.Topology;
using static NetBox.Tools.Doctor.DiagnosisCodes;

namespace NetBox.Tools.Doctor;

/// <summary>Names, ports, passwords: whether each node can be asked at all, and which of the links in the chain is the broken one.</summary>
internal static class ReachRules
{
    public static IEnumerable<Diagnosis> Check(PatientFacts facts) =>
        facts.Nodes.Zip(facts.Cluster.Nodes).SelectMany(pair => Check(facts, pair.First, pair.Second));

    private static IEnumerable<Diagnosis> Check(PatientFacts facts, NodeFacts node, NodeObservation said)
    {
        var where = node.Endpoint.ToClientString();
        if (node.NameError is { } error)
        {
            yield return new(Severity.Error, NameUnknown, where, $"the name '{node.Endpoint.Host}' does not resolve: {error}", $"netbox dns {node.Endpoint.Host}; is the name right, and does the service exist?");
        }
        else if (said.Problem is { Kind: NodeProblemKind.AccessDenied } denied)
        {
            yield return facts.Cluster.Reachable.Any()
                ? new(Severity.Error, PasswordMismatch, where, $"it wants another password than the rest: {denied.Message}", $"give it the password of the others (CONFIG SET requirepass and masterauth on {where})")
                : new(Severity.Error, PasswordMismatch, where, $"the password was not accepted: {denied.Message}", "-a PASSWORD or REDISCLI_AUTH sets the password");
        }
        else if (said.Problem is { } problem)
        {
            yield return Unreachable(facts, node, problem);
        }
        else if (node.Bus is { Ok: false } bus)
        {
            yield return new(
                Severity.Error, BusPortBlocked, where, $"its bus port {BusPort(node, said)} cannot be reached from here: {bus.Error}",
                $"open TCP port {BusPort(node, said)} (the cluster bus) between all nodes; netbox tcp {node.Endpoint.Host}:{BusPort(node, said)} tells when it is");
        }
    }

    private static Diagnosis Unreachable(PatientFacts facts, NodeFacts node, NodeProblem problem)
    {
        var where = node.Endpoint.ToClientString();
        var alive = PeersThatReach(facts, node.Endpoint);
        if (alive.Count > 0)
        {
            return new(
                Severity.Error, ClientPortBlocked, where,
                $"its client port cannot be reached from here ({node.Client?.Error ?? problem.Message}), though it talks to {alive.Count} of its peers on the bus",
                $"open TCP port {node.Endpoint.Port} from here to it (firewall, NetworkPolicy), or correct cluster-announce-port; netbox tcp {where} tells when it is");
        }

        return node.Client is { Ok: true }
            ? new(Severity.Error, NodeSilent, where, $"it takes connections but does not answer: {problem.Message}", "the process hangs or is stopped (SIGSTOP, swapping, a long script): look at it, restart it if need be")
            : new(Severity.Error, NodeDown, where, $"nothing answers there, and no peer reaches it: {node.Client?.Error ?? problem.Message}", $"start it again; until then its replica serves its slots, if it has one. If it runs at another address by now, name that one too: netbox doctor {facts.Cluster.Nodes[0].Endpoint.ToClientString()} NEW_HOST:PORT");
    }

    private static List<NodeObservation> PeersThatReach(PatientFacts facts, NodeEndpoint node) =>
    [
        .. facts.Cluster.Reachable.Where(peer => peer.View?.Nodes.Any(line =>
            line is { IsMyself: false, IsLinkConnected: true, IsFailed: false, IsPossiblyFailed: false }
            && line.Address.Port == node.Port
            && (line.Address.Ip == node.Host || line.Address.Hostname == node.Host)) == true),
    ];

    private static int BusPort(NodeFacts node, NodeObservation said) =>
        said.View is { Myself.Address.BusPort: > 0 and var port } ? port : node.Endpoint.EffectiveBusPort;
}
