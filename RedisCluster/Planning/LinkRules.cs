using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>The cluster bus: who cannot reach whom. One finding per node that is not reached, with those who do not reach it.</summary>
internal static class LinkRules
{
    private static readonly TimeSpan UsualNodeTimeout = TimeSpan.FromSeconds(15);

    /// <summary>A machine may be that busy for a moment.</summary>
    private static readonly TimeSpan LeastSilence = TimeSpan.FromSeconds(5);

    public static IEnumerable<Finding> Check(ObservedCluster cluster) => Handshakes(cluster).Concat(Addresses(cluster)).Concat(Links(cluster));

    private static IEnumerable<Finding> Handshakes(ObservedCluster cluster)
    {
        foreach (var address in Lines(cluster).Where(line => line.Peer.IsHandshake).GroupBy(line => (line.Peer.Address.Ip, line.Peer.Address.Port)))
        {
            var peer = address.First().Peer.Address;
            var by = address.Select(line => line.By).Distinct().ToList();
            yield return new Finding(
                Severity.Warning,
                FindingCodes.Handshake,
                $"{Names.List(by)} {(by.Count == 1 ? "is" : "are")} still meeting the node at {peer.ToClientString()} (bus port {peer.BusPort}).",
                by[0].Endpoint);
        }
    }

    private static IEnumerable<Finding> Addresses(ObservedCluster cluster)
    {
        foreach (var id in Lines(cluster).Where(line => !line.Peer.IsHandshake && line.Peer.Flags.HasFlag(NodeFlags.NoAddress)).GroupBy(line => line.Peer.Id))
        {
            var by = id.Select(line => line.By).ToList();
            yield return new Finding(
                Severity.Warning,
                FindingCodes.NoAddress,
                $"{Names.List(by)} {(by.Count == 1 ? "has" : "have")} no address for node {id.Key.ToShortString()}.",
                by[0].Endpoint);
        }
    }

    private static IEnumerable<Finding> Links(ObservedCluster cluster)
    {
        var down = Lines(cluster).Where(line => !line.Peer.IsHandshake && !line.Peer.Flags.HasFlag(NodeFlags.NoAddress) && (!line.Peer.IsLinkConnected || IsMute(line)));
        foreach (var id in down.GroupBy(line => line.Peer.Id))
        {
            // Of a node that answers nobody there are findings enough.
            var answers = cluster.Find(id.Key) is not null;
            var blocked = answers ? id.Where(IsGivenUp).Select(line => line.By).ToList() : [];
            var broken = id.Where(line => !IsGivenUp(line)).Select(line => line.By).ToList();
            var peer = id.First().Peer;
            var port = peer.Address.BusPort;
            if (blocked.Count > 0)
            {
                yield return new Finding(
                    Severity.Error,
                    FindingCodes.BusUnreachable,
                    $"The bus port {port} of {cluster.NameOf(peer)} cannot be reached from {Names.List(blocked)}, although its client port answers: is it open, and the one it announces?",
                    cluster.EndpointOf(peer));
            }

            if (broken.Count > 0)
            {
                yield return new Finding(
                    Severity.Warning,
                    FindingCodes.BusLinkDown,
                    $"{Names.List(broken)} {(broken.Count == 1 ? "has" : "have")} no bus link to {cluster.NameOf(peer)} (bus port {port}).",
                    broken[0].Endpoint);
            }
        }
    }

    // A link may be down for a moment, but not for a whole node timeout. A peer whose own pings arrive is not suspected all the while: that it
    // has not answered any shows by its last pong, beside those of the others.
    private static bool IsGivenUp((NodeObservation By, ClusterNode Peer) line) =>
        line.Peer.IsFailed
        || line.Peer.IsPossiblyFailed
        || Silence(line) > (line.By.NodeTimeout ?? UsualNodeTimeout);

    // A link counts as connected from the first packet on that asks for it: where these are dropped on the way it stays so, and no ping comes back.
    private static bool IsMute((NodeObservation By, ClusterNode Peer) line)
    {
        var usual = line.By.NodeTimeout ?? UsualNodeTimeout;
        return line.Peer.PingSent > 0 && Silence(line) > (usual > LeastSilence ? usual : LeastSilence);
    }

    // Beside the others, as the clock of the node that says it is not known.
    private static TimeSpan Silence((NodeObservation By, ClusterNode Peer) line) =>
        line.Peer.PongReceived == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(line.By.View!.Nodes.Max(n => n.PongReceived) - line.Peer.PongReceived);

    private static IEnumerable<(NodeObservation By, ClusterNode Peer)> Lines(ObservedCluster cluster) =>
        cluster.Views.SelectMany(v => v.View!.Nodes.Where(n => !n.IsMyself).Select(n => (v, n)));
}
