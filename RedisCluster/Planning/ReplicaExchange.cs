namespace RedisCluster.Planning;

/// <summary>
/// Improves an assignment of replicas to shards until it is the best one with these masters and these numbers of replicas.
/// It is a flow of replicas from hosts over (zone, shard) to shards whose costs grow with every further unit, so the assignment is best
/// exactly when no circle of moves has a negative cost; such circles are found with Bellman-Ford and carried out.
/// </summary>
internal sealed class ReplicaExchange
{
    private const int None = -1;

    private readonly int _hosts;
    private readonly int _zones;
    private readonly int _shards;
    private readonly int[] _zoneOfHost;
    private readonly int[] _hostOfNode;
    private readonly int[] _hostOfMaster;
    private readonly int[] _shardOf;
    private readonly bool[] _pinned;
    private readonly int[,] _onHost;
    private readonly int[,] _movable;
    private readonly int[,] _inZone;
    private readonly Int128[] _distance;
    private readonly int[] _from;
    private readonly int[] _seen;

    // Each weight is more than everything of lower rank can add up to along a circle.
    private readonly Int128 _onMasterHost;
    private readonly Int128 _inMasterZone;
    private readonly Int128 _hostPair;
    private readonly Int128 _zonePair;

    public ReplicaExchange(NodePlaces places, int[] masters, int[] shardOf, bool[] pinned)
    {
        _hosts = places.HostCount;
        _zones = places.ZoneCount;
        _shards = masters.Length;
        _zoneOfHost = places.ZoneOfHost;
        _hostOfNode = places.HostOf;
        _hostOfMaster = [.. masters.Select(m => places.HostOf[m])];
        _shardOf = shardOf;
        _pinned = pinned;
        _onHost = new int[_hosts, _shards];
        _movable = new int[_hosts, _shards];
        _inZone = new int[_zones, _shards];
        for (var node = 0; node < shardOf.Length; node++)
        {
            if (shardOf[node] != None)
            {
                Add(_hostOfNode[node], shardOf[node], 1);
                _movable[_hostOfNode[node], shardOf[node]] += pinned[node] ? 0 : 1;
            }
        }

        var vertices = _hosts + (_zones * _shards) + _shards;
        _distance = new Int128[vertices];
        _from = new int[vertices];
        _seen = new int[vertices];
        Int128 most = (Int128)vertices * (shardOf.Length + 1) * 2;
        _zonePair = _zones > 1 ? 1 : 0;
        _hostPair = _zones > 1 ? most : 1;
        _inMasterZone = _zones > 1 ? _hostPair * most : 0;
        _onMasterHost = (_zones > 1 ? _inMasterZone : _hostPair) * most;
    }

    public void Improve()
    {
        while (FindCircle() is { } vertex)
        {
            CarryOut(vertex);
        }
    }

    private int ZoneVertex(int zone, int shard) => _hosts + (zone * _shards) + shard;

    private int ShardVertex(int shard) => _hosts + (_zones * _shards) + shard;

    private Int128 HostCost(int host, int shard, int before) =>
        (_hostOfMaster[shard] == host ? _onMasterHost : 0) + (_hostPair * before);

    private Int128 ZoneCost(int zone, int shard, int before) =>
        (_zoneOfHost[_hostOfMaster[shard]] == zone ? _inMasterZone : 0) + (_zonePair * before);

    private int? FindCircle()
    {
        Array.Clear(_distance);
        Array.Fill(_from, None);
        while (Relax())
        {
            if (CircleInParents() is { } vertex)
            {
                return vertex;
            }
        }

        return null;
    }

    private bool Relax()
    {
        var changed = false;
        for (var host = 0; host < _hosts; host++)
        {
            var zone = _zoneOfHost[host];
            for (var shard = 0; shard < _shards; shard++)
            {
                var middle = ZoneVertex(zone, shard);
                changed |= Step(host, middle, HostCost(host, shard, _onHost[host, shard]));
                if (_movable[host, shard] > 0)
                {
                    changed |= Step(middle, host, -HostCost(host, shard, _onHost[host, shard] - 1));
                }
            }
        }

        for (var zone = 0; zone < _zones; zone++)
        {
            for (var shard = 0; shard < _shards; shard++)
            {
                var middle = ZoneVertex(zone, shard);
                changed |= Step(middle, ShardVertex(shard), ZoneCost(zone, shard, _inZone[zone, shard]));
                if (_inZone[zone, shard] > 0)
                {
                    changed |= Step(ShardVertex(shard), middle, -ZoneCost(zone, shard, _inZone[zone, shard] - 1));
                }
            }
        }

        return changed;
    }

    private bool Step(int from, int to, Int128 cost)
    {
        if (_distance[from] + cost >= _distance[to])
        {
            return false;
        }

        _distance[to] = _distance[from] + cost;
        _from[to] = from;
        return true;
    }

    private int? CircleInParents()
    {
        Array.Clear(_seen);
        for (var start = 0; start < _from.Length; start++)
        {
            var vertex = start;
            while (vertex != None && _seen[vertex] == 0)
            {
                _seen[vertex] = start + 1;
                vertex = _from[vertex];
            }

            if (vertex != None && _seen[vertex] == start + 1)
            {
                return vertex;
            }
        }

        return null;
    }

    private void CarryOut(int start)
    {
        // Where the circle passes through a host, one of its replicas leaves the shard it comes from for the shard it goes to.
        var moves = new List<(int Host, int Source, int Target)>();
        var next = start;
        var vertex = _from[start];
        do
        {
            var previous = _from[vertex];
            if (vertex < _hosts)
            {
                moves.Add((vertex, (previous - _hosts) % _shards, (next - _hosts) % _shards));
            }

            next = vertex;
            vertex = previous;
        }
        while (next != start);

        foreach (var (host, source, target) in moves)
        {
            _shardOf[FindMovable(host, source)] = target;
            Add(host, source, -1);
            Add(host, target, 1);
            _movable[host, source]--;
            _movable[host, target]++;
        }
    }

    private int FindMovable(int host, int shard)
    {
        for (var node = 0; node < _shardOf.Length; node++)
        {
            if (_shardOf[node] == shard && _hostOfNode[node] == host && !_pinned[node])
            {
                return node;
            }
        }

        throw new InvalidOperationException("A circle of moves needs a replica that is not there.");
    }

    private void Add(int host, int shard, int units)
    {
        _onHost[host, shard] += units;
        _inZone[_zoneOfHost[host], shard] += units;
    }
}
