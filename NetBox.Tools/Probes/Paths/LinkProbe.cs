using System.Globalization;
using System.Net;
using NetBox.Tools.Cluster;
using NetBox.Tools.Reports;
using RedisCluster.Operations;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace NetBox.Tools.Probes.Paths;

/// <summary>Asks two nodes for their links to each other.</summary>
internal sealed class LinkProbe(ClusterTarget target, TimeProvider time)
{
    /// <summary>Both ways, or why there is nothing to tell.</summary>
    public async Task<(IReadOnlyList<LinkReport> Links, IReadOnlyList<PathProblem> Problems, IReadOnlyList<string> Notes)> RunAsync(CancellationToken cancellationToken)
    {
        var observation = await ClusterObserver.ObserveAsync(target.Seeds, discover: false, target.Settings, cancellationToken).ConfigureAwait(false);
        var mute = observation.Nodes.Select(LinkRules.WhyMute).OfType<PathProblem>().ToList();
        if (mute.Count > 0)
        {
            return ([], mute, []);
        }

        if (observation.Nodes.FirstOrDefault(node => node.View is null) is { } silent)
        {
            return ([], [], [$"{silent.Endpoint.ToClientString()} tells nothing of a cluster bus ({silent.Problem?.Message ?? "it is no cluster node"}): only the ways from here are told"]);
        }

        var ends = await Task.WhenAll(observation.Nodes.Select(node => AskAsync(node, cancellationToken))).ConfigureAwait(false);
        var (a, b) = (ends[0], ends[1]);
        if (a.Node.MyId == b.Node.MyId)
        {
            throw NetBoxException.Usage($"{a.Name} and {b.Name} are the same node");
        }

        var tries = await Task.WhenAll(TryBusAsync(a, b, cancellationToken), TryBusAsync(b, a, cancellationToken)).ConfigureAwait(false);
        return ([LinkRules.Describe(a, b), LinkRules.Describe(b, a)], [.. LinkRules.Check(a, b, tries[0]), .. LinkRules.Check(b, a, tries[1])], []);
    }

    private async Task<LinkEnd> AskAsync(NodeObservation node, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await RespConnection.ConnectAsync(node.Endpoint.Host, node.Endpoint.Port, target.ConnectionOptions, cancellationToken).ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            var links = BusLink.Parse(await connection.SendAsync(RespCommand.Of("CLUSTER", "LINKS"), cancellationToken).ConfigureAwait(false));
            var clock = (await connection.SendAsync(RespCommand.Of("TIME"), cancellationToken).ConfigureAwait(false)).AsList();
            return new(
                node,
                DateTimeOffset.FromUnixTimeSeconds(long.Parse(clock[0].AsText(), CultureInfo.InvariantCulture)).AddMicroseconds(long.Parse(clock[1].AsText(), CultureInfo.InvariantCulture)),
                links);
        }
        catch (Exception exception) when (exception is RespException or FormatException)
        {
            // What CLUSTER NODES told of the link is enough to go on with.
            return new(node, null, []);
        }
    }

    private async Task<TcpAttempt?> TryBusAsync(LinkEnd from, LinkEnd to, CancellationToken cancellationToken) =>
        from.Node.View!.Find(to.Node.MyId!.Value) is { Address: { IsKnown: true, BusPort: > 0 } known } line && BusLine.IsCut(from.Node.View, line) && IPAddress.TryParse(known.Ip, out var address)
            ? await new TcpProbe(time).ConnectAsync(1, [address], known.BusPort, target.Settings.ConnectTimeout, cancellationToken).ConfigureAwait(false)
            : null;
}
