namespace NetBox.Tools.Topology;

/// <summary>What a watch remembers: the last changes and each node's last PINGs.</summary>
internal sealed class WatchHistory
{
    public const int ChangesKept = 12;
    public const int PingsKept = 30;

    private readonly Queue<TopologyChange> _changes = new();
    private readonly Dictionary<string, Queue<double?>> _pings = [];
    private ClusterPicture? _last;

    /// <summary>The oldest first.</summary>
    public IReadOnlyCollection<TopologyChange> Changes => _changes;

    /// <summary>A node's last PINGs in milliseconds, the oldest first; null where it did not answer.</summary>
    public IReadOnlyCollection<double?> PingsOf(NodePicture node) => _pings.TryGetValue(KeyOf(node), out var pings) ? pings : [];

    /// <summary>Takes note of a picture.</summary>
    /// <returns>What changed since the one before; nothing for the first.</returns>
    public IReadOnlyList<TopologyChange> Add(ClusterPicture picture)
    {
        var changes = _last is null ? [] : TopologyChanges.Between(_last, picture);
        _last = picture;
        foreach (var change in changes)
        {
            Keep(_changes, change, ChangesKept);
        }

        var nodes = picture.AllNodes().DistinctBy(KeyOf).ToDictionary(KeyOf);
        foreach (var gone in _pings.Keys.Where(node => !nodes.ContainsKey(node)).ToList())
        {
            _pings.Remove(gone);
        }

        foreach (var (key, node) in nodes)
        {
            if (!_pings.TryGetValue(key, out var pings))
            {
                _pings[key] = pings = new();
            }

            Keep(pings, node.PingMs, PingsKept);
        }

        return changes;
    }

    private static string KeyOf(NodePicture node) => node.Id ?? node.Address;

    private static void Keep<T>(Queue<T> queue, T item, int most)
    {
        queue.Enqueue(item);
        while (queue.Count > most)
        {
            queue.Dequeue();
        }
    }
}
