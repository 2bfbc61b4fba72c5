using RedisCluster.Planning;
using RedisCluster.Topology;

namespace Unit.Planning;

/// <summary>Placement as redis-cli --cluster create is described to do it, random exchanges included, to measure ours against.</summary>
internal static class RedisCliReference
{
    public static (NodeEndpoint[] Masters, (NodeEndpoint Node, int Shard)[] Replicas) Place(CreateRequest request, Random random)
    {
        var byHost = request.Nodes.GroupBy(n => n.Host).Select(g => new Queue<NodeEndpoint>(g)).ToList();
        var order = new List<NodeEndpoint>();
        while (order.Count < request.Nodes.Length)
        {
            order.AddRange(byHost.Where(q => q.Count > 0).Select(q => q.Dequeue()).ToList());
        }

        var shards = request.Nodes.Length / (request.ReplicasPerShard + 1);
        NodeEndpoint[] masters = [.. order.Take(shards)];
        var free = order.Skip(shards).ToList();
        var replicas = new List<(NodeEndpoint Node, int Shard)>();
        for (var shard = 0; shard < shards; shard++)
        {
            for (var i = 0; i < request.ReplicasPerShard; i++)
            {
                Take(shard);
            }
        }

        for (var shard = 0; free.Count > 0; shard = (shard + 1) % shards)
        {
            Take(shard);
        }

        Exchange(masters, replicas, random);
        return (masters, [.. replicas]);

        void Take(int shard)
        {
            var node = free.FirstOrDefault(n => n.Host != masters[shard].Host) ?? free[0];
            free.Remove(node);
            replicas.Add((node, shard));
        }
    }

    /// <summary>10000 for each replica on its master's host, 1 for each pair of replicas of one master on one host.</summary>
    public static long Score(NodeEndpoint[] masters, IEnumerable<(NodeEndpoint Node, int Shard)> replicas)
    {
        var score = 0L;
        foreach (var shard in replicas.GroupBy(r => (r.Shard, r.Node.Host)))
        {
            var count = shard.Count();
            score += count * (count - 1) / 2;
            score += shard.Key.Host == masters[shard.Key.Shard].Host ? 10000L * count : 0;
        }

        return score;
    }

    private static void Exchange(NodeEndpoint[] masters, List<(NodeEndpoint Node, int Shard)> replicas, Random random)
    {
        var score = Score(masters, replicas);
        for (var i = 0; i < 500 * (masters.Length + replicas.Count) && score > 0 && replicas.Count > 1; i++)
        {
            var (a, b) = (random.Next(replicas.Count), random.Next(replicas.Count));
            Swap(a, b);
            var now = Score(masters, replicas);
            if (now > score)
            {
                Swap(a, b);
            }
            else
            {
                score = now;
            }
        }

        void Swap(int a, int b) =>
            (replicas[a], replicas[b]) = ((replicas[a].Node, replicas[b].Shard), (replicas[b].Node, replicas[a].Shard));
    }
}
