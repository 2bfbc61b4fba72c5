using RedisCluster.Protocol;
using RedisCluster.Topology;

namespace NetBox.Tools.Probes.Paths;

/// <summary>One of two nodes, and what it has of links.</summary>
/// <param name="Node">What it said of itself and the cluster.</param>
/// <param name="Now">Its clock, against which its own times are read; null when it does not tell.</param>
/// <param name="Links">CLUSTER LINKS; empty when it does not tell.</param>
internal sealed record LinkEnd(NodeObservation Node, DateTimeOffset? Now, IReadOnlyList<BusLink> Links)
{
    public string Name => Node.Endpoint.ToClientString();
}

/// <summary>One bus connection of a node.</summary>
/// <param name="Peer">To or from whom.</param>
/// <param name="Outgoing">Opened by the node itself.</param>
/// <param name="Created">When.</param>
/// <param name="WaitingBytes">What waits to be sent.</param>
internal sealed record BusLink(NodeId Peer, bool Outgoing, DateTimeOffset Created, long WaitingBytes)
{
    /// <summary>Reads a reply to CLUSTER LINKS (Redis 7.0 and later).</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static IReadOnlyList<BusLink> Parse(RespValue reply) =>
    [
        .. reply.AsList().Select(link => new BusLink(
            NodeId.Parse(Field(link, "node").AsText()),
            Field(link, "direction").AsText() == "to",
            DateTimeOffset.FromUnixTimeMilliseconds(Field(link, "create-time").AsNumber()),
            Field(link, "send-buffer-used").AsNumber())),
    ];

    private static RespValue Field(RespValue link, string name) => link.Find(name) ?? throw new FormatException($"CLUSTER LINKS: {name} is missing.");
}
