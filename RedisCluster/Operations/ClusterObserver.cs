using System.Net;
using System.Net.Sockets;
using RedisCluster.Topology;

namespace RedisCluster.Operations;

/// <summary>Asks every node what it knows of itself and of the cluster.</summary>
public static class ClusterObserver
{
    /// <summary>
    /// Reads all nodes at once. A node that does not answer is part of the observation, with the reason; nothing is thrown for it.
    /// </summary>
    /// <param name="seeds">The nodes to ask.</param>
    /// <param name="discover">
    /// Whether to follow what they know to nodes that are not among the seeds, by the host name they announce, or else by their IP. Seeds
    /// that lead to the same node count once then.
    /// </param>
    /// <param name="settings">How to reach them.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<ClusterObservation> ObserveAsync(
        IReadOnlyList<NodeEndpoint> seeds, bool discover, ClusterConnectionSettings settings, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentNullException.ThrowIfNull(settings);
        var pool = new NodePool(settings);
        await using var _ = pool.ConfigureAwait(false);
        return await ObserveAsync(pool, seeds, discover, cancellationToken).ConfigureAwait(false);
    }

    internal static async Task<ClusterObservation> ObserveAsync(
        NodePool pool, IReadOnlyList<NodeEndpoint> seeds, bool discover, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System.GetUtcNow();
        var seen = await ReadAllAsync(pool, seeds, cancellationToken).ConfigureAwait(false);
        return new(discover ? [.. await DiscoverAsync(pool, seen, cancellationToken).ConfigureAwait(false)] : [.. seen], time);
    }

    private static Task<NodeObservation[]> ReadAllAsync(NodePool pool, IEnumerable<NodeEndpoint> nodes, CancellationToken cancellationToken) =>
        Task.WhenAll(nodes.Select(node => NodeReader.ReadAsync(pool, node, cancellationToken)));

    private static async Task<List<NodeObservation>> DiscoverAsync(NodePool pool, NodeObservation[] seeds, CancellationToken cancellationToken)
    {
        var seen = seeds.Where(node => node.MyId is null).Concat(seeds.Where(node => node.MyId is not null).DistinctBy(node => node.MyId)).ToList();
        var asked = seen.Select(node => node.MyId).OfType<NodeId>().ToHashSet();
        var silent = new HashSet<(string Ip, int Port)>();
        var resolved = 0;
        while (true)
        {
            // A seed that does not answer has no id, but its peers may list it: by address it is recognised, and not asked twice.
            var addresses = seen.Skip(resolved).Where(node => !node.IsReachable).Select(node => AddressesAsync(pool, node.Endpoint, cancellationToken)).ToList();
            silent.UnionWith((await Task.WhenAll(addresses).ConfigureAwait(false)).SelectMany(of => of));
            resolved = seen.Count;
            var news = seen.SelectMany(node => node.View?.Nodes ?? [])
                .Where(node => !node.IsHandshake && node.Address.IsKnown && (node.Address.Ip.Length > 0 || HostnameOf(node.Address) is not null))
                .Where(node => !silent.Contains((node.Address.Ip, node.Address.Port)) && asked.Add(node.Id))
                .ToList();
            if (news.Count == 0)
            {
                return seen;
            }

            seen.AddRange(await Task.WhenAll(news.Select(node => ReadAsync(pool, node, cancellationToken))).ConfigureAwait(false));
        }
    }

    private static async Task<NodeObservation> ReadAsync(NodePool pool, ClusterNode node, CancellationToken cancellationToken)
    {
        NodeObservation? last = null;
        foreach (var host in new[] { HostnameOf(node.Address), node.Address.Ip }.Where(host => !string.IsNullOrEmpty(host)).Distinct())
        {
            var endpoint = new NodeEndpoint(host!, node.Address.Port, node.Address.BusPort == 0 ? null : node.Address.BusPort);
            var read = await NodeReader.ReadAsync(pool, endpoint, cancellationToken).ConfigureAwait(false);
            if (read.IsReachable && read.MyId == node.Id)
            {
                return read;
            }

            last = read.IsReachable
                ? new() { Endpoint = endpoint, Problem = new(NodeProblemKind.Unreachable, $"another node answers there, not {node.Id.ToShortString()}...") }
                : last ?? read;
        }

        return last!;
    }

    private static string? HostnameOf(NodeAddress address) => address.Hostname is "" or "?" ? null : address.Hostname;

    private static async Task<List<(string Ip, int Port)>> AddressesAsync(NodePool pool, NodeEndpoint node, CancellationToken cancellationToken)
    {
        List<(string Ip, int Port)> addresses = [(node.Host, node.Port)];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(pool.ConnectTimeout);
        try
        {
            var resolved = await Dns.GetHostAddressesAsync(node.Host, limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
            addresses.AddRange(resolved.Select(address => (address.ToString(), node.Port)));
        }
        catch (Exception error) when (error is SocketException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The name is what does not work; the observation says so already.
        }

        return addresses;
    }
}
