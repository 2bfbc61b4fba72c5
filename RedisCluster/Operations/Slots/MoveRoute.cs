using System.Collections.Immutable;
using System.Globalization;
using RedisCluster.Planning;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Slots;

/// <summary>What the two ends of a move say before it begins.</summary>
internal sealed record MoveRoute
{
    private static readonly RespCommand ServerInfoCommand = RespCommand.Of("INFO", "server");
    private static readonly RespCommand NodeTimeoutCommand = RespCommand.Of("CONFIG", "GET", "cluster-node-timeout");
    private static readonly TimeSpan UsualNodeTimeout = TimeSpan.FromSeconds(15);

    public required MoveSlots Move { get; init; }

    /// <summary>The target as the source reaches it, which need not be how this process does.</summary>
    public required string TargetHost { get; init; }

    /// <summary>The port that goes with it.</summary>
    public required int TargetPort { get; init; }

    /// <summary>Slots that an earlier run left open between the two: keys on both sides are its leftovers.</summary>
    public required SlotSet OpenAtStart { get; init; }

    /// <summary>The masters that have no part in it but shall hear of the new owner at once.</summary>
    public required ImmutableArray<NodeEndpoint> Bystanders { get; init; }

    /// <summary>How long nodes wait for each other before one is taken for dead.</summary>
    public required TimeSpan NodeTimeout { get; init; }

    /// <summary>Whether SETSLOT answers at once, so that many fit into one transaction. From Valkey 8 it waits for the replicas.</summary>
    public required bool SetSlotIsImmediate { get; init; }

    /// <summary>Why the target cannot be sure yet to get the highest config epoch with the slots; null where it can.</summary>
    public required string? Unsettled { get; init; }

    /// <summary>Whose commands move slots atomically, where both masters and all their replicas have them; else null.</summary>
    public required ServerProduct? Atomic { get; init; }

    public static async Task<MoveRoute> LookAsync(Repeater repeater, MoveSlots move, CancellationToken token)
    {
        var purpose = $"preparing to move slots from {move.Source.ToClientString()} to {move.Target.ToClientString()}";
        var source = repeater.SendAsync(move.Source, [NodeReader.ClusterNodes, ServerInfoCommand, NodeTimeoutCommand], purpose, token);
        var target = repeater.SendAsync(move.Target, [NodeReader.ClusterNodes, ServerInfoCommand], purpose, token);
        await Task.WhenAll(source, target).ConfigureAwait(false);
        var (ofSource, ofTarget) = (await source.ConfigureAwait(false), await target.ConfigureAwait(false));
        var seen = Read(ofSource[0], move.Source, move.SourceId);
        var mirrored = Read(ofTarget[0], move.Target, move.TargetId);
        var peer = seen.Find(move.TargetId) is { IsHandshake: false, Address: { IsKnown: true } address }
            ? address
            : throw new ClusterException(
                ClusterFault.Faults, $"{move.Source.ToClientString()} does not know {move.Target.ToClientString()} and cannot send it keys: check the cluster first");
        var versions = new[] { ofSource[1], ofTarget[1] }.Select(VersionOf).ToList();
        var atomic = AtomicKind(versions);
        if (atomic is not null)
        {
            var replicas = seen.Nodes.Where(node => node.MasterId == move.SourceId || node.MasterId == move.TargetId).Select(EndpointOf);
            atomic = AtomicKind([.. versions, .. await VersionsAsync(repeater, replicas, purpose, token).ConfigureAwait(false)]);
        }

        return new()
        {
            Move = move,
            TargetHost = peer.Ip.Length > 0 ? peer.Ip : peer.Hostname,
            TargetPort = peer.Port,
            OpenAtStart = SlotSet.Of(seen.Myself.Migrating.Where(open => open.Peer == move.TargetId)
                .Concat(mirrored.Myself.Importing.Where(open => open.Peer == move.SourceId)).Select(open => open.Slot)),
            Bystanders = [.. seen.Nodes
                .Where(node => node is { IsMaster: true, IsFailed: false, IsHandshake: false, Address.IsKnown: true } && node.Id != move.SourceId && node.Id != move.TargetId)
                .Select(EndpointOf)],
            NodeTimeout = TimeoutOf(ofSource[2]),
            SetSlotIsImmediate = versions[1] is { Product: ServerProduct.Redis } or { Product: ServerProduct.Valkey, Version.Major: < 8 },
            Atomic = atomic,
            Unsettled = UnsettledEpoch(seen, mirrored, move),
        };
    }

    // A target takes an epoch higher than all it has heard of. The source's own, on the bus in a message from before it was told, may not be higher than that.
    internal static string? UnsettledEpoch(ClusterView source, ClusterView target, MoveSlots move) =>
        !source.Myself.IsMaster ? null
        : target.Find(move.SourceId)?.ConfigEpoch is { } heard && heard < source.Myself.ConfigEpoch
            ? $"{move.Target.ToClientString()} has not heard of the config epoch of {move.Source.ToClientString()}"
        : source.Myself.ConfigEpoch == target.Myself.ConfigEpoch
            ? $"{move.Source.ToClientString()} and {move.Target.ToClientString()} have the same config epoch: one of them is about to take another"
        : null;

    private static ClusterView Read(RespValue nodes, NodeEndpoint endpoint, NodeId id)
    {
        if (nodes.ErrorCode is { } code)
        {
            throw new RespServerException(code, nodes.AsText(), endpoint.ToClientString(), NodeReader.ClusterNodes.Name);
        }

        var view = ClusterView.Parse(nodes.AsText());
        return view.Myself.Id == id
            ? view
            : throw new ClusterException(
                ClusterFault.Faults, $"{endpoint.ToClientString()} is {view.Myself.Id.ToShortString()} now, not {id.ToShortString()}: nothing was moved, run it again");
    }

    private static ServerVersion? VersionOf(RespValue info) => info.IsError ? null : ServerInfo.Parse(info.AsText()).Version;

    private static ServerProduct? AtomicKind(IReadOnlyList<ServerVersion?> versions) =>
        versions.All(version => version is { Product: ServerProduct.Redis } && version.Version >= new Version(8, 4)) ? ServerProduct.Redis
        : versions.All(version => version is { Product: ServerProduct.Valkey } && version.Version >= new Version(9, 0)) ? ServerProduct.Valkey
        : null;

    private static async Task<IEnumerable<ServerVersion?>> VersionsAsync(
        Repeater repeater, IEnumerable<NodeEndpoint> nodes, string purpose, CancellationToken token) =>
        await Task.WhenAll(nodes.Select(async node =>
        {
            using var soon = CancellationTokenSource.CreateLinkedTokenSource(token);
            soon.CancelAfter(TimeSpan.FromSeconds(2));
            try
            {
                return VersionOf((await repeater.SendAsync(node, [ServerInfoCommand], purpose, soon.Token).ConfigureAwait(false))[0]);
            }
            catch (Exception error) when (error is RespException or OperationCanceledException && !token.IsCancellationRequested)
            {
                // A replica nobody knows the version of is no reason to stop, but one not to count on it.
                return null;
            }
        })).ConfigureAwait(false);

    private static NodeEndpoint EndpointOf(ClusterNode node) =>
        new(node.Address.Hostname is "" or "?" ? node.Address.Ip : node.Address.Hostname, node.Address.Port);

    // A node may keep CONFIG to itself.
    private static TimeSpan TimeoutOf(RespValue setting) =>
        !setting.IsError && setting.Find("cluster-node-timeout") is { IsNull: false } value
            ? TimeSpan.FromMilliseconds(long.Parse(value.AsText(), CultureInfo.InvariantCulture))
            : UsualNodeTimeout;
}
