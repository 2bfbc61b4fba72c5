using NetBox.Tools.Cluster;
using NetBox.Tools.Reports;
using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace NetBox.Tools.Slots;

/// <summary>
/// Looks for the biggest keys: SCAN, then MEMORY USAGE of what it finds, many in one go, all shards at once. On a replica where a shard has
/// one that is up to date, so that clients do not feel it.
/// </summary>
/// <param name="target">How to log in.</param>
/// <param name="limit">How many keys of a shard are looked at.</param>
/// <param name="onMasters">Ask the masters.</param>
internal sealed class BigKeys(ClusterTarget target, int limit, bool onMasters)
{
    // Small enough that a server answers others in between.
    private const int BatchSize = 500;

    /// <param name="cluster">The cluster.</param>
    /// <param name="count">How many keys to tell.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<BigKeysReport> FindAsync(ClusterObservation cluster, int count, CancellationToken cancellationToken)
    {
        var scans = await Task.WhenAll(Shards(cluster).Select(shard => ScanAsync(shard, count, cancellationToken))).ConfigureAwait(false);
        return new(
            [.. scans.SelectMany(scan => scan.Keys).OrderByDescending(key => key.Bytes).ThenBy(key => key.Key, StringComparer.Ordinal).Take(count)],
            [.. scans.Select(scan => scan.Scan)]);
    }

    private IEnumerable<(string Master, NodeObservation? Asked)> Shards(ClusterObservation cluster)
    {
        var reference = ReferenceView.Choose(cluster)!;
        foreach (var master in reference.View!.Nodes.Where(node => node is { IsMaster: true, Slots.IsEmpty: false }).OrderBy(node => node.Slots.First()))
        {
            var replica = onMasters
                ? null
                : cluster.Reachable
                    .Where(node => node is { Replication: { IsMasterLinkUp: true, IsSyncInProgress: not true }, View.Myself.MasterId: { } id } && id == master.Id)
                    .MaxBy(node => node.Replication!.Offset);
            var own = ClusterReporter.Said(cluster, reference, master);
            yield return (own?.Endpoint.ToClientString() ?? master.Address.ToClientString(), replica ?? (own is { IsReachable: true } ? own : null));
        }
    }

    private async Task<(KeyScan Scan, IReadOnlyList<BigKey> Keys)> ScanAsync((string Master, NodeObservation? Asked) shard, int count, CancellationToken cancellationToken)
    {
        if (shard.Asked is not { } node)
        {
            return (new(shard.Master, Roles.Master, 0, null, false, "neither it nor a replica of it answers"), []);
        }

        var name = node.Endpoint.ToClientString();
        var scan = new KeyScan(name, node.View!.Myself.IsReplica ? Roles.Replica : Roles.Master, 0, node.KeyCount, false, null);
        var biggest = new PriorityQueue<ReadOnlyMemory<byte>, long>();
        try
        {
            var connection = await RespConnection.ConnectAsync(node.Endpoint.Host, node.Endpoint.Port, target.ConnectionOptions, cancellationToken).ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            if (scan.Role == Roles.Replica)
            {
                // Else it sends every question about a key on to its master.
                await connection.SendAsync(RespCommand.Of("READONLY"), cancellationToken).ConfigureAwait(false);
            }

            var cursor = "0";
            do
            {
                var page = (await connection.SendAsync(RespCommand.Of("SCAN", cursor, "COUNT", BatchSize), cancellationToken).ConfigureAwait(false)).AsList();
                var keys = page[1].AsList().Take(limit - (int)scan.Looked).Select(key => key.Bytes).ToList();
                var sizes = await Task.WhenAll(keys.Select(key => connection.TrySendAsync(RespCommand.Of("MEMORY", "USAGE", key), cancellationToken))).ConfigureAwait(false);
                if (Array.Find(sizes, size => size.IsError) is { } refused)
                {
                    return (scan with { Problem = refused.AsText() }, []);
                }

                foreach (var (key, size) in keys.Zip(sizes).Where(found => !found.Second.IsNull))
                {
                    // SCAN may well tell a key twice.
                    if (!biggest.UnorderedItems.Any(item => item.Element.Span.SequenceEqual(key.Span)))
                    {
                        biggest.Enqueue(key, size.AsNumber());
                    }

                    if (biggest.Count > count)
                    {
                        biggest.Dequeue();
                    }
                }

                scan = scan with { Looked = scan.Looked + keys.Count, Complete = page[0].AsText() == "0" && keys.Count == page[1].Items.Count };
                cursor = page[0].AsText();
            }
            while (cursor != "0" && scan.Looked < limit);

            return (scan, await NameAsync(connection, biggest.UnorderedItems, name, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is RespException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            return (scan with { Problem = exception.Message }, []);
        }
    }

    private static async Task<IReadOnlyList<BigKey>> NameAsync(
        RespConnection connection, IReadOnlyCollection<(ReadOnlyMemory<byte> Key, long Bytes)> keys, string node, CancellationToken cancellationToken)
    {
        var types = await Task.WhenAll(keys.Select(key => connection.SendAsync(RespCommand.Of("TYPE", key.Key), cancellationToken))).ConfigureAwait(false);
        return [.. keys.Zip(types, (key, type) => new BigKey(KeyName.Of(key.Key.Span), HashSlot.Of(key.Key.Span), type.AsText(), key.Bytes, node))];
    }
}
