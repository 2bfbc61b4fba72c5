using RedisCluster.Planning;
using RedisCluster.Topology;
using static NetBox.Tools.Doctor.DiagnosisCodes;

namespace NetBox.Tools.Doctor;

/// <summary>Whether the addresses that nodes announce, and those they remember of each other, lead to the nodes they mean.</summary>
internal static class AddressRules
{
    public static IEnumerable<Diagnosis> Check(PatientFacts facts) => Announced(facts).Concat(Remembered(facts));

    private static IEnumerable<Diagnosis> Announced(PatientFacts facts)
    {
        foreach (var (node, said) in facts.Pairs)
        {
            if (node.Announced is not { } announced || announced.Id == said.MyId)
            {
                continue;
            }

            var where = node.Endpoint.ToClientString();
            if (announced.Id is null && !announced.IsName && IsRightForPeers(facts, said))
            {
                // To announce what serves here would cut it off from them.
                yield return new(
                    Severity.Error, AnnouncedAddressUnreachable, where,
                    $"it sends clients to {announced.Address}, where its peers reach it, but nobody from here: {announced.Error}",
                    "run netbox where the clients run, or let them announce a name both can use: cluster-announce-hostname with cluster-preferred-endpoint-type hostname");
                continue;
            }

            var who = announced.Id is { } other ? $"node {other.ToShortString()} answers" : $"nobody answers ({announced.Error})";
            yield return new(
                Severity.Error, AnnouncedAddressWrong, where,
                $"it sends clients {(announced.IsName ? string.Empty : "and peers ")}to {announced.Address}, where {who}",
                announced.IsName
                    ? $"{facts.Cures.RedisCli(node.Endpoint, "CONFIG SET cluster-announce-hostname NAME")}   # a name that leads to it, in its configuration too"
                    : $"{facts.Cures.RedisCli(node.Endpoint, $"CONFIG SET cluster-announce-ip {said.ConnectedAddress}")}   # and cluster-announce-port, if that is what is wrong; in its configuration too");
        }
    }

    private static bool IsRightForPeers(PatientFacts facts, NodeObservation said)
    {
        var own = said.View!.Myself.Address;
        return facts.Cluster.Reachable.Any(peer => peer.View?.Find(said.MyId!.Value) is { IsMyself: false, IsLinkConnected: true, Address: var at } && (at.Ip, at.Port) == (own.Ip, own.Port));
    }

    // A node is found by its id where it is now; whoever remembers it elsewhere and has no link to it will not find it by itself.
    private static IEnumerable<Diagnosis> Remembered(PatientFacts facts)
    {
        foreach (var said in facts.Cluster.Reachable.Where(node => node is { MyId: not null, ConnectedAddress: not null }))
        {
            var own = said.View!.Myself.Address;
            var lost = facts.Cluster.Reachable
                .Select(peer => (Peer: peer, Line: peer.View?.Find(said.MyId!.Value)))
                .Where(pair => pair.Line is { IsMyself: false, IsLinkConnected: false } line
                    && (line.Address.Port, line.Address.Ip) != (said.Endpoint.Port, said.ConnectedAddress!.ToString())
                    && (line.Address.Port, line.Address.Ip) != (own.Port, own.Ip))
                .ToList();
            if (lost.Count > 0)
            {
                var bus = own.BusPort > 0 ? own.BusPort : said.Endpoint.EffectiveBusPort;
                yield return new(
                    Severity.Error, AddressStale, said.Endpoint.ToClientString(),
                    $"{lost[0].Peer.Endpoint.ToClientString()}{(lost.Count > 1 ? $" and {lost.Count - 1} more" : "")} remember it at {lost[0].Line!.Address.ToClientString()}, where it no longer is",
                    $"{facts.Cures.RedisCli(lost[0].Peer.Endpoint, $"CLUSTER MEET {said.ConnectedAddress} {said.Endpoint.Port} {bus}")}   # cluster-init in mode Watch does this for all nodes");
            }
        }
    }
}
