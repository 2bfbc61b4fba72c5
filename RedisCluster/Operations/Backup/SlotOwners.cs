using RedisCluster.Planning;
using RedisCluster.Topology;

namespace RedisCluster.Operations.Backup;

/// <summary>Which node takes the keys of which slot, as far as is known; kept up with what the nodes say.</summary>
internal sealed class SlotOwners : IDisposable
{
    private readonly NodePool _pool;
    private readonly NodeEndpoint[] _owners = new NodeEndpoint[HashSlot.Count];
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private volatile HashSet<NodeEndpoint> _replicated = [];
    private NodeEndpoint[] _known = [];
    private int _version;

    public SlotOwners(NodePool pool, ClusterObservation observation)
    {
        _pool = pool;
        Apply(observation);
    }

    /// <summary>Grows with every look at the cluster.</summary>
    public int Version => Volatile.Read(ref _version);

    public NodeEndpoint this[int slot]
    {
        get => Volatile.Read(ref _owners[slot]);
        private set => Volatile.Write(ref _owners[slot], value);
    }

    /// <summary>Whether the node had a replica that follows it when the cluster was last looked at.</summary>
    public bool IsReplicated(NodeEndpoint master) => _replicated.Contains(master);

    /// <summary>What a node answered to a command that belongs elsewhere: <c>MOVED 3999 10.0.0.1:6379</c>.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="from">Who gave it: where it names no host, the host is the same.</param>
    public void Moved(string answer, NodeEndpoint from)
    {
        var words = answer.Split(' ');
        if (words.Length < 3 || !int.TryParse(words[1], out var slot) || slot is < 0 or >= HashSlot.Count)
        {
            return;
        }

        var address = words[2].StartsWith(':') ? $"{from.Host}{words[2]}" : words[2];
        if (NodeEndpoint.TryParse(address, out var to) && to.Host != "?")
        {
            this[slot] = _known.FirstOrDefault(node => node.IsSameClientAddress(to)) ?? to;
        }
    }

    /// <summary>Looks at the cluster again, unless somebody else just did.</summary>
    /// <param name="seen">The version that turned out to be wrong.</param>
    /// <param name="token">Ends it.</param>
    public async Task RefreshAsync(int seen, CancellationToken token)
    {
        await _refreshing.WaitAsync(token).ConfigureAwait(false);
        try
        {
            if (seen == Version)
            {
                Apply(await ClusterObserver.ObserveAsync(_pool, _known, discover: true, token).ConfigureAwait(false));
            }
        }
        finally
        {
            _refreshing.Release();
        }
    }

    public void Dispose() => _refreshing.Dispose();

    private void Apply(ClusterObservation observation)
    {
        var cluster = ObservedCluster.Of(observation);
        foreach (var master in BackupRules.Masters(cluster))
        {
            var endpoint = cluster.EndpointOf(master);
            foreach (var slot in master.Slots)
            {
                this[slot] = endpoint;
            }
        }

        _replicated = [.. BackupRules.Masters(cluster)
            .Where(master => cluster.ReplicasOf(master.Id).Any(replica => cluster.Find(replica.Id)?.Replication?.IsMasterLinkUp == true))
            .Select(cluster.EndpointOf)];
        _known = [.. _known.Union(observation.Nodes.Select(node => node.Endpoint))];
        Interlocked.Increment(ref _version);
    }
}
