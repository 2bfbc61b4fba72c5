using System.Net;
using System.Net.Sockets;
using NetBox.Tools.Cluster;
using NetBox.Tools.Reports;

namespace NetBox.Tools.Probes.Paths;

/// <summary>The way from here to one or two places, and between the two as they see it if they are nodes of a cluster.</summary>
internal sealed class PathProbe(TimeProvider time)
{
    /// <param name="places">One or two.</param>
    /// <param name="cluster">How to log in to them.</param>
    /// <param name="timeout">For each answer.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<PathReport> RunAsync(IReadOnlyList<ProbeTarget> places, ClusterTarget cluster, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await Warmup.OnceAsync().ConfigureAwait(false);
        var legs = await Task.WhenAll(places.Select(place => WalkAsync(place, timeout, cancellationToken))).ConfigureAwait(false);
        var problems = legs.Select(leg => leg.Problem).OfType<PathProblem>().ToList();
        if (places.Count < 2 || problems.Count > 0)
        {
            IReadOnlyList<string> notes = places.Count < 2 ? [] : ["the nodes cannot both be asked for their links to each other"];
            return new([.. legs.Select(leg => leg.Leg)], [], problems, notes);
        }

        var between = await new LinkProbe(cluster, time).RunAsync(cancellationToken).ConfigureAwait(false);
        return new([.. legs.Select(leg => leg.Leg)], between.Links, between.Problems, between.Notes);
    }

    private async Task<(PathLeg Leg, PathProblem? Problem)> WalkAsync(ProbeTarget place, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var name = place.ToString();
        IPAddress[] addresses;
        try
        {
            addresses = await new TcpProbe(time).ResolveAsync(place.Host, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (NetBoxException unknown)
        {
            return (
                new(name, [], null, null, null, null, null, null, null, null, null, null, Outcomes.NameUnknown),
                new(name, unknown.Message, Outcomes.CureOf(Outcomes.NameUnknown, place)));
        }

        var attempt = await ConnectAsync(addresses, place.Port, timeout, cancellationToken).ConfigureAwait(false);
        var way = LocalEnd.Find(attempt.Address);
        var leg = new PathLeg(
            name,
            [.. addresses.Select(address => address.ToString())],
            attempt.Address.ToString(),
            way.Local?.ToString(),
            way.Interface,
            way.Route?.Destination,
            way.Route?.Gateway,
            way.InterfaceMtu,
            way.PathMtu,
            attempt.Error is null ? attempt.Ms : null,
            attempt.Tcp?.RoundTripMs,
            attempt.Tcp?.SegmentBytes,
            attempt.Outcome);
        return (leg, attempt.Error is { } error ? new(name, $"cannot connect from {way.Local?.ToString() ?? "here"}: {error}", CureOf(attempt.Outcome, place)) : null);
    }

    // The way itself is told here: sending people back to it would lead in a circle.
    private static string CureOf(string outcome, ProbeTarget place) => outcome is Outcomes.Unreachable or Outcomes.Failed
        ? "'netbox routes' tells which ways there are; is the host up?"
        : Outcomes.CureOf(outcome, place);

    private async Task<Attempt> ConnectAsync(IPAddress[] addresses, int port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Attempt? failed = null;
        foreach (var address in addresses)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), limit, timeout, Timeout.InfiniteTimeSpan);
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            var start = time.GetTimestamp();
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), limit.Token).ConfigureAwait(false);
                return new(address, time.GetElapsedTime(start).Rounded(), Outcomes.Connected, null, TcpFacts.Of(socket));
            }
            catch (SocketException exception)
            {
                failed = new(address, 0, Outcomes.Of(exception.SocketErrorCode), Failures.Of(exception), null);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                failed = new(address, 0, Outcomes.Filtered, Failures.TimedOut(timeout), null);
            }
        }

        return failed!;
    }

    private sealed record Attempt(IPAddress Address, double Ms, string Outcome, string? Error, TcpFacts? Tcp);
}
