namespace RedisCluster.Planning;

/// <summary>
/// Which replica follows which master. Starts as redis-cli does (the first free node on another host) and, where that leaves
/// neighbours that ought to be apart, moves replicas in circles until no exchange of any length gains anything.
/// </summary>
internal sealed class ReplicaAssignment
{
    private const int None = -1;

    private readonly NodePlaces _places;
    private readonly int[] _masters;
    private readonly int[] _shardOf;
    private readonly bool[] _pinned;

    /// <param name="places">Where the nodes run.</param>
    /// <param name="masters">The master of each shard.</param>
    /// <param name="pinned">For each node the shard it belongs to already as a replica, or -1.</param>
    private ReplicaAssignment(NodePlaces places, int[] masters, int[] pinned)
    {
        _places = places;
        _masters = masters;
        _shardOf = [.. pinned];
        _pinned = [.. pinned.Select(p => p != None)];
    }

    /// <summary>Assigns every node of <paramref name="free"/>.</summary>
    /// <returns>For each node the shard it is a replica of; -1 for masters.</returns>
    public static int[] Assign(NodePlaces places, int[] masters, int[] pinned, IEnumerable<int> free, int replicasPerShard)
    {
        var assignment = new ReplicaAssignment(places, masters, pinned);
        assignment.Fill([.. free], replicasPerShard);
        if (assignment.Score() > default(PlacementScore))
        {
            new ReplicaExchange(places, masters, assignment._shardOf, assignment._pinned).Improve();
        }

        return assignment._shardOf;
    }

    public static PlacementScore Score(NodePlaces places, int[] masters, int[] shardOf)
    {
        if (places.HostCount < 2)
        {
            return default;
        }

        var onHost = 0;
        var inZone = 0;
        var hosts = new Dictionary<(int Shard, int Host), int>();
        var zones = new Dictionary<(int Shard, int Zone), int>();
        var hostPairs = 0;
        var zonePairs = 0;
        for (var node = 0; node < shardOf.Length; node++)
        {
            var shard = shardOf[node];
            if (shard == None)
            {
                continue;
            }

            var host = places.HostOf[node];
            var masterHost = places.HostOf[masters[shard]];
            onHost += host == masterHost ? 1 : 0;
            hostPairs += Count(hosts, (shard, host));
            if (places.ZoneCount > 1)
            {
                inZone += places.ZoneOfHost[host] == places.ZoneOfHost[masterHost] ? 1 : 0;
                zonePairs += Count(zones, (shard, places.ZoneOfHost[host]));
            }
        }

        return new PlacementScore(onHost, inZone, hostPairs, zonePairs);
    }

    private static int Count<TKey>(Dictionary<TKey, int> counts, TKey key)
        where TKey : notnull
    {
        var before = counts.GetValueOrDefault(key);
        counts[key] = before + 1;
        return before;
    }

    private PlacementScore Score() => Score(_places, _masters, _shardOf);

    private void Fill(List<int> free, int replicasPerShard)
    {
        var count = new int[_masters.Length];
        foreach (var shard in _shardOf)
        {
            if (shard != None)
            {
                count[shard]++;
            }
        }

        for (var shard = 0; shard < _masters.Length; shard++)
        {
            while (count[shard] < replicasPerShard && free.Count > 0)
            {
                Take(free, shard);
                count[shard]++;
            }
        }

        // What is left over goes to the shards one by one, those with the fewest replicas first.
        for (var level = replicasPerShard + 1; free.Count > 0; level++)
        {
            for (var shard = 0; shard < _masters.Length && free.Count > 0; shard++)
            {
                if (count[shard] < level)
                {
                    Take(free, shard);
                    count[shard]++;
                }
            }
        }
    }

    private void Take(List<int> free, int shard)
    {
        var masterHost = _places.HostOf[_masters[shard]];
        var index = Math.Max(0, free.FindIndex(node => _places.HostOf[node] != masterHost));
        _shardOf[free[index]] = shard;
        free.RemoveAt(index);
    }
}
