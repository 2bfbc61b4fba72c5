using RedisCluster.Topology;

namespace RedisCluster.Planning;

/// <summary>What is wrong with a request whatever the nodes say.</summary>
internal static class CreateRequestRules
{
    /// <summary>Fewer masters cannot agree by majority that one of them is gone.</summary>
    public const int FewestMasters = 3;

    public static int Shards(CreateRequest request) => request.Nodes.Length / (request.ReplicasPerShard + 1);

    public static IEnumerable<Refusal> Check(CreateRequest request)
    {
        if (request.ReplicasPerShard < 0)
        {
            yield return Bad($"{request.ReplicasPerShard} replicas per shard make no sense: give 0 or more.");
            yield break;
        }

        foreach (var node in request.Nodes)
        {
            if (node.Port is < 1 or > 65535 || node.EffectiveBusPort is < 1 or > 65535)
            {
                yield return new Refusal(RefusalKind.BadRequest, node, $"{node} has a port outside 1 to 65535 (the bus port is the client port + 10000 unless given).");
            }
        }

        foreach (var twice in request.Nodes.GroupBy(n => (n.Host.ToUpperInvariant(), n.Port)).Where(g => g.Skip(1).Any()))
        {
            yield return new Refusal(RefusalKind.BadRequest, twice.First(), $"{twice.First().ToClientString()} is named more than once: name each node once.");
        }

        if (request.NodeTimeout <= TimeSpan.Zero || request.FormingNodeTimeout < TimeSpan.Zero)
        {
            yield return Bad("The node timeout has to be more than zero.");
        }

        var shards = Shards(request);
        if (shards < FewestMasters)
        {
            var needed = FewestMasters * (request.ReplicasPerShard + 1);
            yield return Bad(
                $"{request.Nodes.Length} nodes with {request.ReplicasPerShard} replicas per shard make {shards} masters, and a cluster needs at least {FewestMasters}: give at least {needed} nodes.");
        }
        else if (shards > HashSlot.Count)
        {
            yield return Bad($"{shards} masters are more than there are slots ({HashSlot.Count}).");
        }
    }

    private static Refusal Bad(string message) => new(RefusalKind.BadRequest, null, message);
}
