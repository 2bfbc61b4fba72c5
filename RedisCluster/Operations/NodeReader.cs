using System.Globalization;
using System.Net;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Asks one node everything an observation holds, in one pipeline.</summary>
internal static class NodeReader
{
    private static readonly RespCommand Info = RespCommand.Of("INFO");
    private static readonly RespCommand ClusterMyId = RespCommand.Of("CLUSTER", "MYID");
    private static readonly RespCommand Settings = RespCommand.Of("CONFIG", "GET", "cluster-*");

    public static RespCommand ClusterInfoCommand { get; } = RespCommand.Of("CLUSTER", "INFO");

    public static RespCommand ClusterNodes { get; } = RespCommand.Of("CLUSTER", "NODES");

    /// <summary>Never throws for what the node does; only for cancellation.</summary>
    public static async Task<NodeObservation> ReadAsync(NodePool pool, NodeEndpoint node, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await pool.GetAsync(node, cancellationToken).ConfigureAwait(false);
            return await ReadAsync(connection, node, cancellationToken).ConfigureAwait(false);
        }
        catch (RespException error)
        {
            return new() { Endpoint = node, Problem = Problems.Of(error, node) };
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException)
        {
            return new() { Endpoint = node, Problem = new(NodeProblemKind.Protocol, error.Message) };
        }
    }

    private static async Task<NodeObservation> ReadAsync(RespConnection connection, NodeEndpoint node, CancellationToken cancellationToken)
    {
        var asked = new[] { Info, ClusterInfoCommand, ClusterNodes, ClusterMyId, Settings }
            .Select(command => connection.TrySendAsync(command, cancellationToken)).ToArray();
        var answers = await Task.WhenAll(asked).ConfigureAwait(false);
        var info = ServerInfo.Parse(TextOf(answers[0], Info));
        var observation = new NodeObservation
        {
            Endpoint = node,
            ConnectedAddress = AddressOf(connection.RemoteEndPoint),
            Version = info.Version,
            Replication = info.Replication,
            KeyCount = info.KeyCount(),
            Load = ServerLoad.From(info.Values),
            IsClusterEnabled = info.IsClusterEnabled,
            AvailabilityZone = info.Values.GetValueOrDefault("availability_zone") is { Length: > 0 } zone ? zone : null,
        };
        if (info.IsClusterEnabled == false)
        {
            return observation;
        }

        // A node may keep CONFIG to itself: then nobody knows what it announces, and its timeout is left alone.
        var settings = answers[4].IsError ? RespValue.Map() : answers[4];
        return observation with
        {
            Info = ClusterInfo.Parse(TextOf(answers[1], ClusterInfoCommand)),
            View = ClusterView.Parse(TextOf(answers[2], ClusterNodes)),
            MyId = NodeId.Parse(TextOf(answers[3], ClusterMyId)),
            AnnouncedIp = Setting(settings, "cluster-announce-ip"),
            AnnouncedHostname = Setting(settings, "cluster-announce-hostname"),
            PreferredEndpointType = Setting(settings, "cluster-preferred-endpoint-type"),
            NodeTimeout = Setting(settings, "cluster-node-timeout") is { } timeout
                ? TimeSpan.FromMilliseconds(long.Parse(timeout, CultureInfo.InvariantCulture))
                : null,
        };
    }

    private static string TextOf(RespValue answer, RespCommand command) =>
        answer.ErrorCode is { } code ? throw new RespServerException(code, $"{command}: {answer.AsText()}") : answer.AsText();

    private static string? Setting(RespValue settings, string name) =>
        settings.Find(name) is { IsNull: false } value && value.AsText() is { Length: > 0 } text ? text : null;

    private static IPAddress? AddressOf(IPEndPoint? remote) =>
        remote?.Address is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : remote?.Address;
}
