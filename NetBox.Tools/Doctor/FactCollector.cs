using System.Globalization;
using System.Net;
using NetBox.Tools.Cluster;
using NetBox.Tools.Probes;
using NetBox.Tools.Reports;
using RedisCluster.Operations;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace NetBox.Tools.Doctor;

/// <summary>Asks names, ports, servers and the app, all nodes at once. What does not answer is a fact, not a failure.</summary>
internal sealed class FactCollector(ClusterTarget target, TimeProvider time)
{
    private const int ClockSamples = 3;

    private readonly DnsProbe _dns = new(time);
    private readonly TcpProbe _tcp = new(time);

    private TimeSpan Timeout => target.Settings.ConnectTimeout;

    public async Task<PatientFacts> CollectAsync(string? appUrl, CancellationToken cancellationToken)
    {
        var app = appUrl is null ? Task.FromResult<AppFacts?>(null) : AskAppAsync(appUrl, cancellationToken);
        var cluster = await ClusterObserver.ObserveAsync(target.Seeds, discover: true, target.Settings, cancellationToken).ConfigureAwait(false);
        var nodes = await Task.WhenAll(cluster.Nodes.Select(node => CollectAsync(node, cancellationToken))).ConfigureAwait(false);
        return new(cluster, [.. nodes], await app.ConfigureAwait(false), target);
    }

    private async Task<NodeFacts> CollectAsync(NodeObservation node, CancellationToken cancellationToken)
    {
        var (addresses, error) = await ResolveAsync(node.Endpoint.Host, cancellationToken).ConfigureAwait(false);
        if (addresses.Length == 0)
        {
            return new() { Endpoint = node.Endpoint, NameError = error };
        }

        var busPort = node.View is { Myself.Address.BusPort: > 0 and var own } ? own : node.Endpoint.EffectiveBusPort;
        var client = _tcp.ConnectAsync(1, addresses, node.Endpoint.Port, Timeout, cancellationToken);
        var bus = _tcp.ConnectAsync(1, addresses, busPort, Timeout, cancellationToken);
        var announced = AskAnnouncedAsync(node, cancellationToken);
        var server = node.IsReachable ? AskServerAsync(node.Endpoint, cancellationToken) : Task.FromResult<ServerFacts?>(null);
        return new()
        {
            Endpoint = node.Endpoint,
            Addresses = [.. addresses.Select(address => address.ToString())],
            Client = await client.ConfigureAwait(false),
            Bus = await bus.ConfigureAwait(false),
            Announced = await announced.ConfigureAwait(false),
            Server = await server.ConfigureAwait(false),
        };
    }

    private async Task<(IPAddress[] Addresses, string? Error)> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return ([literal], null);
        }

        var answers = await Task.WhenAll(
            _dns.AskAsync(host, System.Net.Sockets.AddressFamily.InterNetwork, Timeout, cancellationToken),
            _dns.AskAsync(host, System.Net.Sockets.AddressFamily.InterNetworkV6, Timeout, cancellationToken)).ConfigureAwait(false);
        return ([.. answers.SelectMany(answer => answer.Addresses).Select(IPAddress.Parse)], answers[0].Error ?? answers[1].Error ?? "the name has no address");
    }

    // Clients are sent to the announced address: what matters is whether the same node answers there.
    private async Task<AnnouncedFacts?> AskAnnouncedAsync(NodeObservation node, CancellationToken cancellationToken)
    {
        if (node.View?.Myself.Address is not { Ip.Length: > 0 } address || node.PreferredEndpointType == "unknown-endpoint")
        {
            return null;
        }

        // A node that keeps its settings to itself but announces a name mostly wants to be called by it.
        var isName = address.Hostname.Length > 0 && node.PreferredEndpointType != "ip";
        var endpoint = new NodeEndpoint(isName ? address.Hostname : address.Ip, address.Port);
        if (endpoint.Port == node.Endpoint.Port
            && (string.Equals(endpoint.Host, node.Endpoint.Host, StringComparison.OrdinalIgnoreCase) || endpoint.Host == node.ConnectedAddress?.ToString()))
        {
            return null;
        }

        var text = endpoint.ToClientString();
        try
        {
            var connection = await ConnectAsync(endpoint.Host, endpoint.Port, cancellationToken).ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            var id = await connection.SendAsync(RespCommand.Of("CLUSTER", "MYID"), cancellationToken).ConfigureAwait(false);
            return new(text, isName, NodeId.Parse(id.AsText()), null);
        }
        catch (RespException exception)
        {
            return new(text, isName, null, exception.MessageWithout(endpoint.Host, endpoint.Port));
        }
        catch (FormatException exception)
        {
            return new(text, isName, null, exception.Message);
        }
    }

    private async Task<ServerFacts?> AskServerAsync(NodeEndpoint node, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await ConnectAsync(node.Host, node.Port, cancellationToken).ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            var info = ServerInfo.Parse((await connection.SendAsync(RespCommand.Of("INFO"), cancellationToken).ConfigureAwait(false)).AsText()).Values;
            var (offset, uncertainty) = await ReadClockAsync(connection, cancellationToken).ConfigureAwait(false);
            return new()
            {
                UsedMemory = Number(info, "used_memory"),
                MaxMemory = Number(info, "maxmemory"),
                EvictionPolicy = info.GetValueOrDefault("maxmemory_policy", "noeviction"),
                IsAofEnabled = info.GetValueOrDefault("aof_enabled") == "1",
                IsAofWriteOk = info.GetValueOrDefault("aof_last_write_status", "ok") == "ok",
                IsAofRewriteOk = info.GetValueOrDefault("aof_last_bgrewrite_status", "ok") == "ok",
                IsSnapshotOk = info.GetValueOrDefault("rdb_last_bgsave_status", "ok") == "ok",
                HasSavePoints = await IsSetAsync(connection, "save", cancellationToken).ConfigureAwait(false) ?? true,
                WantsPassword = await IsSetAsync(connection, "requirepass", cancellationToken).ConfigureAwait(false),
                HasMasterPassword = await IsSetAsync(connection, "masterauth", cancellationToken).ConfigureAwait(false),
                ClockOffset = offset,
                ClockUncertainty = uncertainty,
            };
        }
        catch (Exception exception) when (exception is RespException or FormatException)
        {
            // It answered the observation a moment ago; that it no longer does, the next look will tell.
            return null;
        }
    }

    private Task<RespConnection> ConnectAsync(string host, int port, CancellationToken cancellationToken) => RespConnection.ConnectAsync(
        host, port, target.ConnectionOptions, cancellationToken);

    /// <summary>Whether a setting has a value, without keeping the value: it may be a secret. Null where CONFIG is not permitted.</summary>
    private static async Task<bool?> IsSetAsync(RespConnection connection, string name, CancellationToken cancellationToken)
    {
        var answer = await connection.TrySendAsync(RespCommand.Of("CONFIG", "GET", name), cancellationToken).ConfigureAwait(false);
        return answer.IsError ? null : answer.Find(name) is { IsNull: false } value && value.AsText().Length > 0;
    }

    // Of several readings the fastest is the most exact: the server's clock was read somewhere within the time its answer took.
    private async Task<(TimeSpan? Offset, TimeSpan Uncertainty)> ReadClockAsync(RespConnection connection, CancellationToken cancellationToken)
    {
        (TimeSpan? Offset, TimeSpan Uncertainty) best = (null, TimeSpan.MaxValue);
        for (var i = 0; i < ClockSamples; i++)
        {
            var start = time.GetTimestamp();
            var answer = await connection.TrySendAsync(RespCommand.Of("TIME"), cancellationToken).ConfigureAwait(false);
            var half = time.GetElapsedTime(start) / 2;
            if (!answer.IsError && half < best.Uncertainty)
            {
                var parts = answer.Items;
                var there = DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[0].AsText(), CultureInfo.InvariantCulture))
                    .AddMicroseconds(long.Parse(parts[1].AsText(), CultureInfo.InvariantCulture));
                best = (there - (time.GetUtcNow() - half), half);
            }
        }

        return best;
    }

    private async Task<AppFacts?> AskAppAsync(string url, CancellationToken cancellationToken)
    {
        var report = await new HttpProbe(time, ServiceNames.FromEnvironment())
            .RunAsync(url, 1, TimeSpan.Zero, Timeout, cancellationToken).ConfigureAwait(false);
        var answer = report.Requests[0];
        return new(url, answer.Status, answer.Error ?? answer.Body?.Trim() ?? string.Empty);
    }

    private static long Number(IReadOnlyDictionary<string, string> info, string name) =>
        long.TryParse(info.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
