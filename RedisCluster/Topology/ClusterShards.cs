using System.Collections.Immutable;
using RedisCluster.Protocol;

namespace RedisCluster.Topology;

/// <summary>A node in the reply to CLUSTER SHARDS.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Ip">Its IP address, or what it announces as such; empty while it does not know its own.</param>
/// <param name="Hostname">cluster-announce-hostname, or empty.</param>
/// <param name="Port">The client port without TLS; null when there is none.</param>
/// <param name="TlsPort">The client port with TLS; null when there is none.</param>
/// <param name="IsMaster">Master or replica.</param>
/// <param name="ReplicationOffset">How much of the replication stream it has, in bytes.</param>
/// <param name="Health">As written: <c>online</c>, <c>loading</c>, <c>fail</c> or <c>failed</c>.</param>
public sealed record ShardNode(
    NodeId Id, string Ip, string Hostname, int? Port, int? TlsPort, bool IsMaster, long ReplicationOffset, string Health);

/// <summary>A shard in the reply to CLUSTER SHARDS (Redis 7.0 and later, Valkey).</summary>
/// <param name="Slots">The slots of its master; empty for a master without any.</param>
/// <param name="Nodes">Master and replicas, in the order of the reply.</param>
public sealed record ClusterShard(SlotSet Slots, ImmutableArray<ShardNode> Nodes)
{
    /// <summary>Reads the reply to CLUSTER SHARDS in RESP2 or RESP3 form. Fields that later servers add are passed over.</summary>
    /// <param name="reply">The whole reply.</param>
    /// <returns>The shards in the order of the reply.</returns>
    /// <exception cref="FormatException">The reply is anything else; the message names the shard and the field.</exception>
    public static ImmutableArray<ClusterShard> Parse(RespValue reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        if (reply.Kind != RespKind.Array)
        {
            throw new FormatException($"CLUSTER SHARDS: the reply is {reply.Kind}, not a list.");
        }

        return [.. reply.Items.Select((shard, i) => ClusterShardsParser.ParseShard(shard, $"CLUSTER SHARDS shard {i + 1}"))];
    }
}
