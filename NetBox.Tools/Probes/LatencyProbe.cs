using NetBox.Tools.Cluster;
using NetBox.Tools.Reports;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace NetBox.Tools.Probes;

/// <summary>
/// How long commands take on each node: PING everywhere, GET and DEL of a key nobody has on masters, which are a read and a write like any
/// other and change nothing. One after another on one connection per node, all nodes at once.
/// </summary>
internal sealed class LatencyProbe(ClusterTarget target, TimeProvider time)
{
    // Not counted: the first ones pay for the connection's and the program's own start.
    private const int Warmups = 20;

    public async Task<LatencyReport> RunAsync(int count, TimeSpan interval, CancellationToken cancellationToken)
    {
        var observation = await ClusterSource.ObserveAsync(target, cancellationToken).ConfigureAwait(false);
        var nodes = await Task.WhenAll(observation.Nodes.Select(node => MeasureAsync(node, count, interval, cancellationToken))).ConfigureAwait(false);
        return new(observation.Time, count, [.. nodes.OrderByDescending(node => node.Role == Roles.Master).ThenBy(node => node.Address, StringComparer.Ordinal)]);
    }

    private async Task<NodeLatency> MeasureAsync(NodeObservation node, int count, TimeSpan interval, CancellationToken cancellationToken)
    {
        var address = node.Endpoint.ToClientString();
        var role = node.View is not { Myself: var self } ? Roles.Unknown : self.IsReplica ? Roles.Replica : Roles.Master;
        if (node.Problem is { } problem)
        {
            return new(address, role, [], problem.Message);
        }

        try
        {
            var connection = await RespConnection.ConnectAsync(node.Endpoint.Host, node.Endpoint.Port, target.ConnectionOptions, cancellationToken).ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            var series = new List<LatencySeries>();
            foreach (var command in CommandsFor(role, node))
            {
                series.Add(await MeasureAsync(connection, command, count, interval, cancellationToken).ConfigureAwait(false));
            }

            return new(address, role, series, null);
        }
        catch (RespException exception)
        {
            return new(address, role, [], exception.Message);
        }
    }

    private async Task<LatencySeries> MeasureAsync(
        RespConnection connection, RespCommand command, int count, TimeSpan interval, CancellationToken cancellationToken)
    {
        var times = new List<double>(count);
        for (var i = -Warmups; i < count; i++)
        {
            var start = time.GetTimestamp();
            await connection.SendAsync(command, cancellationToken).ConfigureAwait(false);
            if (i >= 0)
            {
                times.Add(time.GetElapsedTime(start).TotalMilliseconds);
            }

            if (interval > TimeSpan.Zero)
            {
                await Task.Delay(interval, time, cancellationToken).ConfigureAwait(false);
            }
        }

        return LatencySeries.Of(command.Name, times);
    }

    private static IEnumerable<RespCommand> CommandsFor(string role, NodeObservation node)
    {
        yield return RespCommand.Of("PING");
        if (role == Roles.Master && node.View!.Myself.Slots is { IsEmpty: false } slots && node.Info is { IsOk: true })
        {
            var key = Enumerable.Range(0, int.MaxValue).Select(i => $"netbox:latency:{i}").First(name => slots.Contains(HashSlot.Of(name)));
            yield return RespCommand.Of("GET", key);
            yield return RespCommand.Of("DEL", key);
        }
    }
}
